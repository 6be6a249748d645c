"""What the server may send is given back to it, whatever it was used up by."""

import io
from pathlib import Path
from typing import Any

import pytest

from portal.exchange.packets import Kind, text
from portal.exchange.session import Limits, connect
from portal.exchange.sftp_channel import RECEIVE_WINDOW, SftpChannel
from portal.exchange.transport import NotSentInTime
from tests.portal.exchange import server
from tests.portal.exchange.fetches import contents, filled, listed

SOON = Limits(stall_seconds=5)
SAID = 60_000


class WritesErrors(server.Box):
    """More than the window holds, over the whole file."""

    def __init__(self, chan: Any, exchange: server.Exchange) -> None:
        super().__init__(chan, exchange)
        self.chan = chan

    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        self.chan.write_stderr(b"e" * 400_000)
        file_obj.seek(offset)
        return bytes(file_obj.read(size))


def test_an_error_stream_does_not_use_it_up(box: Path) -> None:
    made = filled(box, {"a": RECEIVE_WINDOW})
    with (
        server.running(box, WritesErrors) as exchange,
        connect(exchange.host, server.login(), limits=SOON) as session,
    ):
        assert contents(session, listed(made)) == made


class TalksMuch(server.RawSftp):
    """Takes everything, and says much to each WRITE and the CLOSE."""

    def asked(self, kind: int, number: bytes, rest: bytes) -> None:
        if kind == Kind.OPEN:
            self.say(Kind.HANDLE, number, text(b"h"))
        else:
            self.say(Kind.STATUS, number, bytes(4) + text(b"s" * SAID) + text(b""))


def test_the_answers_of_an_upload_do_not_use_it_up(box: Path) -> None:
    writes = 2 * RECEIVE_WINDOW // SAID
    size = writes * Limits().write_bytes
    with (
        server.running(box, **server.raw(TalksMuch)) as exchange,
        connect(exchange.host, server.login(), limits=SOON) as session,
    ):
        source = io.BytesIO(bytes(size))
        done = session.upload(source, "/a", size, before_open=lambda: None)
    assert done.size == size


def test_while_keys_are_renewed_it_waits_for_the_next_answer(
    exchange: server.Exchange, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, tried = filled(box, {"a": 2 * RECEIVE_WINDOW}), []
    widen = SftpChannel.widen

    def renewing_at_first(self: SftpChannel, size: int) -> None:
        tried.append(size)
        if len(tried) <= 2:
            raise NotSentInTime("the keys were being renewed for too long")
        widen(self, size)

    monkeypatch.setattr(SftpChannel, "widen", renewing_at_first)
    with connect(exchange.host, server.login(), limits=SOON) as session:
        assert contents(session, listed(made)) == made
    assert len(tried) > 2
