"""When a read is asked again, and when it is given up."""

import pytest

from fini.errors import (
    AnswerLost,
    AnswerUnreadable,
    CallRefused,
    GatewayKeyReplaced,
    GatewayUnreachable,
    PreparedTooLongAgo,
    TooManyCalls,
)
from fini.retries import LONGEST, PAUSES, Retries
from portal.exchange.errors import ExchangeError


def refused(kind: type[CallRefused] = CallRefused, **fields: object) -> CallRefused:
    return kind("No.", **{"http_status": 400, **fields})  # type: ignore[arg-type]


def busy(retry_after: float | None = None) -> TooManyCalls:
    made = TooManyCalls("No.", http_status=429)
    made.retry_after = retry_after
    return made


def never(seconds: float) -> None:
    """For tests that do not look at pauses."""


@pytest.mark.parametrize(
    "failed",
    [
        refused(http_status=401),
        refused(GatewayKeyReplaced, code="411007"),
        refused(code="411004"),
        PreparedTooLongAgo("Late."),
    ],
)
def test_what_can_be_made_good_is_made_good_once_and_at_once(
    failed: ExchangeError,
) -> None:
    pauses: list[float] = []
    retries = Retries(pauses.append)
    retries.rest_after(failed)
    with pytest.raises(type(failed)):
        retries.rest_after(failed)
    assert pauses == []


def test_a_token_and_a_key_are_made_good_in_one_read() -> None:
    retries = Retries(never)
    retries.rest_after(refused(http_status=401))
    retries.rest_after(refused(GatewayKeyReplaced, code="411007"))


@pytest.mark.parametrize("failed", [busy(), AnswerLost("Lost.")])
def test_back_off_grows_and_ends(failed: ExchangeError) -> None:
    pauses: list[float] = []
    retries = Retries(pauses.append)
    for _ in PAUSES:
        retries.rest_after(failed)
    with pytest.raises(type(failed)):
        retries.rest_after(failed)
    assert pauses == list(PAUSES)


def test_the_gateway_may_ask_for_longer_but_not_for_ever() -> None:
    pauses: list[float] = []
    retries = Retries(pauses.append)
    retries.rest_after(busy(7.0))
    retries.rest_after(busy(86_400.0))
    assert pauses == [7.0, LONGEST]


def test_a_read_that_is_given_up_says_that_nothing_was_changed() -> None:
    retries = Retries(never)
    for _ in PAUSES:
        retries.rest_after(AnswerLost("Lost."))
    with pytest.raises(AnswerLost, match="only asked"):
        retries.rest_after(AnswerLost("Lost."))


@pytest.mark.parametrize(
    "failed",
    [
        refused(),
        refused(http_status=403),
        GatewayUnreachable("Away."),
        AnswerUnreadable("No JSON."),
    ],
)
def test_everything_else_is_said_at_once(failed: ExchangeError) -> None:
    with pytest.raises(type(failed)):
        Retries(never).rest_after(failed)
