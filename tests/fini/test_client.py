"""The client against a small FINI on real TLS: tokens, meta, reads, writes once."""

import random
import ssl
import threading
import traceback

import pytest

from fini import calls, names
from fini.client import (
    SEND_WITHIN,
    TOKEN_SENT_WITHIN,
)
from fini.envelope import new_request_id
from fini.errors import (
    AnswerLost,
    CallRefused,
    GatewayUnreachable,
    PreparedTooLongAgo,
    TokenRefused,
    TooManyCalls,
)
from fini.retries import PAUSES
from fini.seams import Slot
from portal.exchange.errors import ExchangeError
from tests.fini import builders
from tests.fini.client_builders import (
    ADD,
    BEGIN,
    IPOS,
    Fini,
    Moved,
    client,
    failure,
    send,
)
from tests.fini.tls_server import META_PATH, TOKEN_PATH, Reply, Request, written


@pytest.mark.ledger("FINI-06/P", "FINI-14/P")
def test_one_token_and_one_connection_serve_many_calls() -> None:
    with Fini() as fini:
        asking = client(fini, Moved())
        for _ in range(20):
            asking.read(IPOS)
    assert len(fini.called(TOKEN_PATH)) == 1
    assert {request.token for request in fini.called(names.IPO_LIST)} == {"token-0"}
    assert fini.connections == 1


@pytest.mark.ledger("FINI-04/P")
def test_the_token_is_asked_for_with_a_form() -> None:
    with Fini() as fini:
        client(fini, Moved()).sign_in()
    (request,) = fini.called(TOKEN_PATH)
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.body.startswith(b"grant_type=urn%3Aietf%3Aparams%3Aoauth")
    assert "authorization" not in request.headers


class Shaken(Fini):
    """Now and then a token comes late, or is refused before its time."""

    def __init__(self, seams: Moved) -> None:
        super().__init__()
        self.chance = random.Random(5)
        self.seams = seams
        self.now = lambda: BEGIN.timestamp() + seams.seconds

    def token(self, request: Request) -> Reply:
        made = super().token(request)
        self.seams.move(self.chance.choice([0.05, 0.3, 4.0]))
        return made


@pytest.mark.ledger("FINI-06/P")
def test_an_hour_of_calls_sends_no_expired_token() -> None:
    """By a clock that the test moves: calls thick and thin, each a second on its way,
    pauses of up to a minute."""
    seams = Moved()
    with Shaken(seams) as fini:
        asking, chance, count = client(fini, seams), random.Random(7), 0
        while seams.seconds < 3_600:
            prepared = asking.prepare(IPOS, new_request_id())
            seams.move(chance.choice([0.0, 0.4, 1.0]))
            asking.send(prepared)
            count += 1
            seams.move(chance.choice([0.0, 0.1, 1.0, 7.0, 29.0, 61.0]))
    assert count > 150
    assert fini.expired_sent == 0
    assert len(fini.tokens) < 3_600 / 17


@pytest.mark.ledger("FINI-06/P")
def test_many_threads_wait_for_one_token() -> None:
    with Fini() as fini:
        asking = client(fini, Moved())
        threads = [threading.Thread(target=asking.read, args=[IPOS]) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(fini.called(names.IPO_LIST)) == 6
    assert len(fini.called(TOKEN_PATH)) == 1


class RefusesTheFirstToken(Fini):
    def knows(self, token: str) -> bool:
        return token != "token-0"


def test_a_read_whose_token_is_refused_is_asked_again_with_a_new_one() -> None:
    with RefusesTheFirstToken() as fini:
        client(fini, Moved()).read(IPOS)
    sent = [request.token for request in fini.called(names.IPO_LIST)]
    assert sent == ["token-0", "token-1"]


class RefusesEveryToken(Fini):
    def knows(self, token: str) -> bool:
        return False


def test_a_read_gives_a_second_token_up() -> None:
    with RefusesEveryToken() as fini:
        failed = failure(lambda: client(fini, Moved()).read(IPOS))
    assert isinstance(failed, CallRefused)
    assert failed.http_status == 401
    assert len(fini.called(names.IPO_LIST)) == 2


class RefusesToWrite(Fini):
    """The token is good for meta, and refused for the first write."""

    def call(self, request: Request) -> Reply:
        return written(401, code="401") if request.token == "token-0" else written()


def test_a_write_whose_token_is_refused_was_not_done_and_is_not_repeated() -> None:
    with RefusesToWrite() as fini:
        asking = client(fini, Moved())
        failed = failure(lambda: send(asking))
        assert isinstance(failed, CallRefused)
        assert failed.http_status == 401
        assert len(fini.called(ADD.path)) == 1
        send(asking)
    assert [request.token for request in fini.called(ADD.path)] == [
        "token-0",
        "token-1",
    ]


class Answers(Fini):
    """With these replies, one after the other, then as ever."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.first = list(replies)

    def call(self, request: Request) -> Reply:
        return self.first.pop(0) if self.first else super().call(request)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_backs_off_and_is_asked_again(status: int) -> None:
    seams = Moved()
    with Answers(Reply(status), Reply(status)) as fini:
        client(fini, seams).read(IPOS)
    assert len(fini.called(names.IPO_LIST)) == 3
    assert seams.pauses == list(PAUSES[:2])


@pytest.mark.parametrize("status", [429, 503])
def test_a_read_is_given_up_in_the_end(status: int) -> None:
    with Answers(*[Reply(status)] * 20) as fini:
        failed = failure(lambda: client(fini, Moved()).read(IPOS))
    assert isinstance(failed, TooManyCalls if status == 429 else AnswerLost)
    assert len(fini.called(names.IPO_LIST)) == 1 + len(PAUSES)


@pytest.mark.parametrize(
    ("status", "kind"), [(429, TooManyCalls), (500, AnswerLost), (503, AnswerLost)]
)
def test_a_write_is_never_asked_again(status: int, kind: type[ExchangeError]) -> None:
    seams = Moved()
    with Answers(Reply(status)) as fini:
        failed = failure(lambda: send(client(fini, seams)))
    assert isinstance(failed, kind)
    assert len(fini.called(ADD.path)) == 1
    assert seams.pauses == []


class LosesWrites(Fini):
    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        return request.path != ADD.path and super().answer(line, request)


def test_a_write_whose_answer_is_lost_went_out_once() -> None:
    seams = Moved()
    with LosesWrites() as fini:
        failed = failure(lambda: send(client(fini, seams)))
    assert isinstance(failed, AnswerLost)
    assert len(fini.called(ADD.path)) == 1
    assert seams.ends[-1] is None
    assert seams.heard[-1] == failed.sentence


def test_a_write_to_a_gateway_that_is_gone_did_not_leave() -> None:
    with Fini() as fini:
        asking = client(fini, Moved())
        prepared = asking.prepare(ADD, new_request_id())
    failed = failure(lambda: asking.send(prepared))
    assert isinstance(failed, GatewayUnreachable)
    assert fini.called(ADD.path) == []


def test_what_is_not_sent_at_once_is_not_sent() -> None:
    seams = Moved()
    with Fini() as fini:
        asking = client(fini, seams)
        prepared = asking.prepare(ADD, new_request_id())
        seams.move(SEND_WITHIN + 0.1)
        failed = failure(lambda: asking.send(prepared))
    assert isinstance(failed, PreparedTooLongAgo)
    assert fini.called(ADD.path) == []


class Unlimited(Moved):
    def slot(self, path: str) -> Slot | None:
        return None


def test_a_token_that_may_be_over_is_not_sent_where_nothing_is_counted() -> None:
    seams = Unlimited()
    with Fini() as fini:
        asking = client(fini, seams)
        prepared = asking.prepare(ADD, new_request_id())
        seams.move(TOKEN_SENT_WITHIN + 0.1)
        failed = failure(lambda: asking.send(prepared))
    assert isinstance(failed, PreparedTooLongAgo)
    assert fini.called(ADD.path) == []


def test_every_call_takes_one_slot_and_tells_how_it_ended() -> None:
    """The token is no call of the gateway's."""
    seams = Moved()
    with Answers(Reply(404)) as fini:
        failure(lambda: send(client(fini, seams)))
    assert seams.slots == [META_PATH, ADD.path]
    assert seams.ends == [200, 404]


def test_nothing_is_sent_to_prepare() -> None:
    with Fini() as fini:
        client(fini, Moved()).prepare(ADD, new_request_id())
    assert fini.called(ADD.path) == []


class TwoPages(Fini):
    def call(self, request: Request) -> Reply:
        if "nextCursor=0" in request.target:
            return written(data=[{"ipoID": "1"}], nextCursor="2")
        return written(data=[{"ipoID": "2"}], nextCursor="")


@pytest.mark.ledger("FINI-20/P")
def test_a_list_is_read_to_its_end() -> None:
    with TwoPages() as fini:
        found = list(client(fini, Moved()).pages(calls.ipo_list))
    assert [page.data for page in found] == [[{"ipoID": "1"}], [{"ipoID": "2"}]]


class NoSuchKeys(Fini):
    def token(self, request: Request) -> Reply:
        return written(401, error="invalid_client", error_description="Unknown kid.")


def test_without_a_token_nothing_is_prepared() -> None:
    with NoSuchKeys() as fini:
        failed = failure(lambda: client(fini, Moved()).prepare(ADD, new_request_id()))
    assert isinstance(failed, TokenRefused)
    assert "invalid_client: Unknown kid." in failed.sentence
    assert [request.path for request in fini.requests] == [TOKEN_PATH]


@pytest.mark.parametrize("reply", [Reply(500), Reply(401, b"x"), Reply(404)])
def test_nothing_of_a_request_shows_in_reprs_and_failures(reply: Reply) -> None:
    with Answers(reply) as fini:
        asking = client(fini, Moved())
        prepared = asking.prepare(ADD, new_request_id())
        failed = failure(lambda: asking.send(prepared))
    told = repr(prepared) + repr(asking)
    told += "".join(traceback.format_exception(failed))
    signature = prepared.headers[names.SIGNATURE]
    people = [value for value in builders.PERSON.values() if len(value) > 1]
    assert [one for one in ("token-0", signature, *people) if one in told] == []
