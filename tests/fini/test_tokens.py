"""One token for many calls: renewed in time, by one thread, never sent when over."""

import random
import threading
from collections.abc import Callable

import pytest

from fini.errors import TokenNotGiven
from fini.tokens import Granted, TokenKeeper
from portal.exchange.errors import NotReachable


class Gateway:
    """Gives numbered tokens; its clock moves only when it is told to."""

    def __init__(self, takes: float = 0.0) -> None:
        self.now, self.takes = 1_000.0, takes
        self.issued: dict[str, float] = {}
        self.fails: list[NotReachable] = []
        self.lifetime = 30.0
        self.meanwhile: Callable[[], None] = lambda: None

    def clock(self) -> float:
        return self.now

    def ask(self) -> Granted:
        self.now += self.takes / 2
        self.meanwhile()
        if self.fails:
            raise self.fails.pop()
        token = f"token-{len(self.issued)}"
        self.issued[token] = self.now
        self.now += self.takes / 2
        return Granted(token, self.lifetime)

    def age(self, token: str) -> float:
        return self.now - self.issued[token]

    def keeper(self) -> TokenKeeper:
        return TokenKeeper(self.ask, self.clock)


@pytest.mark.ledger("FINI-06/P")
def test_one_token_serves_many_calls() -> None:
    gateway = Gateway()
    keeper = gateway.keeper()
    assert {keeper.token() for _ in range(1_000)} == {"token-0"}


@pytest.mark.ledger("FINI-06/P")
def test_a_token_is_renewed_well_before_its_end() -> None:
    gateway = Gateway()
    keeper = gateway.keeper()
    keeper.token()
    gateway.now += 17.9
    assert keeper.token() == "token-0"
    gateway.now += 0.2
    assert keeper.token() == "token-1"


@pytest.mark.ledger("FINI-06/P")
@pytest.mark.parametrize("seed", range(5))
def test_an_hour_of_calls_sends_no_expired_token(seed: int) -> None:
    """Calls at random, answers of the token endpoint up to 4 s late, pauses."""
    chance = random.Random(seed)
    gateway = Gateway()
    keeper = gateway.keeper()
    oldest, calls, ends = 0.0, 0, gateway.now + 3_600
    while gateway.now < ends:
        gateway.takes = chance.choice([0.05, 0.2, 1.0, 4.0])
        token = keeper.token()
        oldest = max(oldest, gateway.age(token))
        calls += 1
        gateway.now += chance.choice([0.0, 0.1, 0.5, 2.0, 8.0, 40.0])
    assert calls > 300
    assert oldest < 25  # 5 s are left for the call to arrive
    assert len(gateway.issued) < 3_600 / 17


@pytest.mark.ledger("FINI-06/P")
def test_a_longer_life_than_the_guides_is_not_believed() -> None:
    gateway = Gateway()
    gateway.lifetime = 3_600.0
    keeper = gateway.keeper()
    keeper.token()
    gateway.now += 19
    assert keeper.token() == "token-1"


def test_a_shorter_life_is_believed() -> None:
    gateway = Gateway()
    gateway.lifetime = 10.0
    keeper = gateway.keeper()
    keeper.token()
    gateway.now += 6.1
    assert keeper.token() == "token-1"


def test_a_refused_token_is_not_given_again() -> None:
    keeper = Gateway().keeper()
    keeper.refused(keeper.token())
    assert keeper.token() == "token-1"


def test_a_late_refusal_of_an_older_token_keeps_the_newer() -> None:
    keeper = Gateway().keeper()
    older = keeper.token()
    keeper.refused(older)
    newer = keeper.token()
    keeper.refused(older)
    assert keeper.token() == newer


def test_a_failed_renewal_leaves_the_token_that_still_works() -> None:
    gateway = Gateway()
    keeper = gateway.keeper()
    keeper.token()
    gateway.now += 20
    gateway.fails = [NotReachable("no")]
    assert keeper.token() == "token-0"
    assert keeper.token() == "token-1"


def test_a_failed_renewal_does_not_bring_back_a_refused_token() -> None:
    gateway = Gateway()
    keeper = gateway.keeper()
    older = keeper.token()
    gateway.now += 20
    gateway.fails = [NotReachable("no")]
    gateway.meanwhile = lambda: keeper.refused(older)
    with pytest.raises(NotReachable):
        keeper.token()


def test_a_failure_is_told_when_no_token_works() -> None:
    gateway = Gateway()
    keeper = gateway.keeper()
    keeper.token()
    gateway.now += 24
    gateway.fails = [NotReachable("no")]
    with pytest.raises(NotReachable):
        keeper.token()


def test_a_token_that_came_too_late_is_not_given() -> None:
    with pytest.raises(TokenNotGiven):
        Gateway(takes=25.0).keeper().token()


@pytest.mark.parametrize("lifetime", [0.0, -5.0])
def test_a_token_that_is_over_when_it_comes_is_not_given(lifetime: float) -> None:
    gateway = Gateway()
    gateway.lifetime = lifetime
    with pytest.raises(TokenNotGiven):
        gateway.keeper().token()


def test_no_token_shows_in_a_repr() -> None:
    assert "secret" not in repr(Granted("secret"))


class Slow(Gateway):
    """Holds every token request until it is let go; counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go = threading.Event(), threading.Event()
        self.readings = threading.Semaphore(0)
        self.requests = 0

    def clock(self) -> float:
        self.readings.release()
        return super().clock()

    def ask(self) -> Granted:
        self.requests += 1
        self.asked.set()
        assert self.go.wait(10)
        return super().ask()


def together(
    call: Callable[[], str], threads: int
) -> tuple[list[str], list[Exception]]:
    """Not yet joined: started threads put what they get into the two lists."""
    got: list[str] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            got.append(call())
        except NotReachable as error:
            failed.append(error)

    team = [threading.Thread(target=run, daemon=True) for _ in range(threads)]
    for thread in team:
        thread.start()
    _running.extend(team)
    return got, failed


_running: list[threading.Thread] = []


def join() -> None:
    while _running:
        thread = _running.pop()
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.ledger("FINI-06/P")
def test_many_threads_make_one_token_request() -> None:
    gateway = Slow()
    got, failed = together(gateway.keeper().token, 12)
    assert gateway.asked.wait(10)
    gateway.go.set()
    join()
    assert (got, failed, gateway.requests) == (["token-0"] * 12, [], 1)


def test_nobody_waits_for_a_renewal_while_the_old_token_works() -> None:
    gateway = Slow()
    gateway.go.set()
    keeper = gateway.keeper()
    keeper.token()
    gateway.now += 19
    gateway.go.clear()
    gateway.asked.clear()
    got, _ = together(keeper.token, 1)
    assert gateway.asked.wait(10)
    assert keeper.token() == "token-0"
    gateway.go.set()
    join()
    assert got == ["token-1"]


def test_threads_that_waited_share_the_failure_and_do_not_ask_in_turn() -> None:
    gateway = Slow()
    gateway.fails = [NotReachable("no")] * 12
    keeper = gateway.keeper()
    got, failed = together(keeper.token, 1)
    assert gateway.asked.wait(10)
    more, shared = together(keeper.token, 5)
    for _ in range(7):  # two readings by the one that asks, one by each in the line
        assert gateway.readings.acquire(timeout=10)
    gateway.go.set()
    join()
    assert (got, more, gateway.requests) == ([], [], 1)
    assert (len(failed), len(shared)) == (1, 5)
