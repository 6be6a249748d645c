"""The line to the gateway, against a real TLS server: what left us, what came back."""

import socket
import ssl
import struct
import threading
import traceback
from pathlib import Path

import pytest

from fini.errors import AnswerLost, AnswerUnreadable, GatewayUnreachable
from fini.line import Line, Patience, Reply
from fini.wire.json_text import LIMIT
from portal.exchange.errors import ExchangeError
from tests.fini.tls_server import Reply as Written
from tests.fini.tls_server import Request, Server, ca_file, read_head

SECRET = "eyJhbGciOiJSUzI1NiJ9.a-token-of-ours"
QUICK = Patience(connect=2.0, silence=0.3, whole=1.0)


def line_to(server: Server, patience: Patience | None = None) -> Line:
    return Line(server.url, ca_file(), patience)


def post(line: Line, body: bytes = b'{"data":[]}') -> Reply:
    headers = {"Authorization": f"Bearer {SECRET}"}
    return line.ask("POST", "/api/x/v1", headers=headers, body=body)


def failure(line: Line, body: bytes = b'{"data":[]}') -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        post(line, body)
    return caught.value


def reset(line: ssl.SSLSocket) -> None:
    """Ended hard: the other side reads an error, not an end."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


@pytest.mark.ledger("FINI-14/P")
def test_a_request_goes_out_as_it_was_given() -> None:
    with Server() as server:
        post(line_to(server), b'{"data":[1]}')
    (request,) = server.requests
    assert (request.method, request.body) == ("POST", b'{"data":[1]}')
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["content-length"] == "12"


@pytest.mark.ledger("FINI-15/P")
def test_the_fields_of_a_query_go_into_the_address() -> None:
    with Server() as server:
        line_to(server).ask(
            "GET", "/api/x/v1", headers={}, query={"size": "2", "nextCursor": "0"}
        )
    assert server.requests[0].target == "/api/x/v1?size=2&nextCursor=0"


def test_a_connection_serves_many_requests() -> None:
    with Server() as server:
        line = line_to(server)
        for _ in range(50):
            post(line)
    assert (len(server.requests), server.connections) == (50, 1)


def test_threads_have_a_connection_each_at_most() -> None:
    with Server() as server:
        line = line_to(server)
        threads = [
            threading.Thread(target=lambda: [post(line) for _ in range(10)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 40
    assert server.connections <= 4


@pytest.mark.ledger("FINI-32/P")
def test_a_certificate_of_another_authority_is_refused_and_nothing_sent() -> None:
    with Server() as server:
        stranger = Line(server.url, ca_file("Another authority"))
        failed = failure(stranger)
    assert isinstance(failed, GatewayUnreachable)
    assert "certificate that nobody we trust vouches for" in failed.sentence
    assert server.requests == []


@pytest.mark.ledger("FINI-32/P")
def test_without_an_authority_of_its_own_the_machines_decide() -> None:
    with Server() as server:
        assert isinstance(failure(Line(server.url, None)), GatewayUnreachable)
    assert server.requests == []


class Elsewhere(Server):
    names = ("127.0.0.2",)


@pytest.mark.ledger("FINI-32/P")
def test_a_certificate_for_another_address_is_refused() -> None:
    with Elsewhere() as server:
        failed = failure(line_to(server))
    assert isinstance(failed, GatewayUnreachable)
    assert "certificate" in failed.sentence
    assert server.requests == []


def test_an_authority_that_cannot_be_read_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(GatewayUnreachable, match="cannot be read"):
        Line("https://127.0.0.1:1", tmp_path / "none.pem")


@pytest.mark.ledger("FINI-32/P")
@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "127.0.0.1:1", ""])
def test_an_address_without_tls_is_refused(address: str) -> None:
    with pytest.raises(GatewayUnreachable, match="https://"):
        Line(address, None)


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Server() as server:
        assert post(line_to(server)).status == 200


def test_where_nobody_listens_nothing_left_us() -> None:
    with Server() as server:
        gone = line_to(server)
    failed = failure(gone)
    assert isinstance(failed, GatewayUnreachable)
    assert "not reachable" in failed.sentence


class HangsUpFirst(Server):
    def accept(self, plain: socket.socket) -> None:
        plain.close()


def test_a_connection_cut_before_the_request_is_sent() -> None:
    with HangsUpFirst() as server:
        assert isinstance(failure(line_to(server)), GatewayUnreachable)


class NoHandshake(Server):
    def accept(self, plain: socket.socket) -> None:
        self.pause(10)


def test_a_handshake_that_does_not_end_leaves_nothing_sent() -> None:
    with NoHandshake() as server:
        failed = failure(line_to(server, Patience(connect=0.3)))
    assert isinstance(failed, GatewayUnreachable)


class CutsDuring(Server):
    def serve(self, line: ssl.SSLSocket) -> None:
        read_head(line)
        reset(line)


def test_a_connection_cut_while_the_request_goes_out_is_unclear() -> None:
    with CutsDuring() as server:
        failed = failure(line_to(server), b"x" * 8_000_000)
    assert isinstance(failed, AnswerLost)
    assert server.requests == []


class CutsAfter(Server):
    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        return False


class ResetsAfter(Server):
    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        reset(line)
        return False


class CutsTheReply(Server):
    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        raw = self.reply(request).raw()
        line.sendall(raw[:-5])
        return False


class CutsTheHead(Server):
    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        line.sendall(b"HTTP/1.1 200")
        return False


class NoHttp(Server):
    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        line.sendall(b"\0\1\2 is this HTTP?\r\n\r\n")
        return False


class Silent(Server):
    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        self.pause(10)
        return False


@pytest.mark.parametrize(
    "fault", [CutsAfter, ResetsAfter, CutsTheReply, CutsTheHead, NoHttp, Silent]
)
def test_without_a_whole_reply_it_is_unclear_and_sent_once(fault: type[Server]) -> None:
    with fault() as server:
        failed = failure(line_to(server, QUICK))
    assert isinstance(failed, AnswerLost)
    assert len(server.requests) == 1
    assert "FINI is queried" in failed.sentence


class ClosesOnTheSecond(Server):
    """Kept alive, and gone when the next request has come: nobody can tell whether
    it was seen to."""

    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        if len(self.requests) == 2:
            return False
        return super().answer(line, request)


def test_a_kept_connection_that_ends_under_a_request_is_not_tried_again() -> None:
    with ClosesOnTheSecond() as server:
        line = line_to(server)
        post(line)
        failed = failure(line)
        assert isinstance(failed, AnswerLost)
        assert (len(server.requests), server.connections) == (2, 1)
        assert post(line).status == 200
    assert server.connections == 2


class ClosesEach(Server):
    """Says nothing of it in the reply."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = threading.Event()

    def accept(self, plain: socket.socket) -> None:
        super().accept(plain)
        self.closed.set()

    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        super().answer(line, request)
        return False


def test_a_kept_connection_that_has_ended_is_not_used() -> None:
    with ClosesEach() as server:
        line = line_to(server)
        post(line)
        server.closed.wait(10)
        post(line)
    assert (len(server.requests), server.connections) == (2, 2)


class Huge(Server):
    """200 MB, of which it counts what went out."""

    sent = 0

    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        line.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 200000000\r\n\r\n")
        while self.sent < 200_000_000:
            line.sendall(b"x" * 100_000)
            self.sent += 100_000
        return True


class Endless(Server):
    """The same without a length."""

    sent = 0

    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        line.sendall(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
        while self.sent < 200_000_000:
            line.sendall(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
            self.sent += 100_000
        return True


@pytest.mark.parametrize("fault", [Huge, Endless])
def test_no_more_is_read_than_an_answer_may_be_long(fault: type[Huge]) -> None:
    with fault() as server:
        failed = failure(line_to(server))
    assert isinstance(failed, AnswerUnreadable)
    assert "larger than" in failed.sentence
    assert server.sent < LIMIT + 20_000_000  # what lies in between counts as sent


class Drips(Server):
    """A byte again and again: never silent, never done."""

    head = b"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n"

    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        line.sendall(self.head)
        for _ in range(1_000):
            self.pause(0.05)
            line.sendall(b" ")
        return False


class DripsItsHead(Drips):
    head = b"HTTP/1.1 200 X\r\nX-Long: "


@pytest.mark.parametrize("fault", [Drips, DripsItsHead])
def test_an_answer_that_drips_ends_with_the_time_of_its_request(
    fault: type[Drips],
) -> None:
    with fault() as server:
        failed = failure(line_to(server, QUICK))
    assert isinstance(failed, AnswerLost)
    assert "did not answer in time" in failed.sentence


class Redirects(Server):
    def reply(self, request: Request) -> Written:
        headers = {"Location": self.url + "/elsewhere", "Set-Cookie": "a=b; Path=/"}
        return Written(302, b"", headers)


def test_a_redirect_is_not_followed_and_no_cookie_kept() -> None:
    with Redirects() as server:
        line = line_to(server)
        assert [post(line).status, post(line).status] == [302, 302]
    assert {request.path for request in server.requests} == {"/api/x/v1"}
    assert "cookie" not in server.requests[1].headers


def test_compressed_answers_are_not_asked_for() -> None:
    """A small one may be of any size when it is opened."""
    with Server() as server:
        post(line_to(server))
    assert server.requests[0].headers["accept-encoding"] == "identity"


class Busy(Server):
    def reply(self, request: Request) -> Written:
        date = "Fri, 06 Mar 2026 04:00:00 GMT"
        return Written(429, b"", {"Retry-After": "7", "Date": date})


def test_what_a_reply_says_of_time_is_read() -> None:
    with Busy() as server:
        reply = post(line_to(server))
    assert reply.retry_after == 7.0
    assert reply.date is not None
    assert reply.date.isoformat() == "2026-03-06T04:00:00+00:00"


@pytest.mark.parametrize("fault", [CutsAfter, HangsUpFirst])
def test_a_failure_tells_nothing_of_its_request(fault: type[Server]) -> None:
    with fault() as server:
        failed = failure(line_to(server), b"CHAN TAI MAN")
    told = "".join(traceback.format_exception(failed)) + repr(failed)
    assert SECRET not in told
    assert "CHAN" not in told
    assert "httpcore" not in told
