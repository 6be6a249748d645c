"""A person in full: for a reason that is recorded first, and not without end."""

import datetime as dt

import pytest

from fini.models import EipoSubscription
from fini.refusals import Refusal
from fini.services import reveals
from portal import clock, secrets
from portal.activity.models import Activity, Kind, Status
from portal.people.guards import Acting
from portal.people.models import Participant
from tests.fini import people_builders as people

REASON = "FINI asks which document it is"


@pytest.fixture
def record(participant: Participant) -> EipoSubscription:
    return people.record(people.batch(participant))


def reveal(record: EipoSubscription, acting: Acting, reason: str = REASON) -> object:
    return reveals.reveal(record, reason, acting, clock.now())


def told() -> list[tuple[str, str]]:
    rows = Activity.objects.filter(kind=Kind.PERSONAL).order_by("seq")
    return [(row.description, row.status) for row in rows]


def test_the_person_is_shown_and_the_reason_is_recorded(
    record: EipoSubscription, as_dora: Acting
) -> None:
    assert reveal(record, as_dora) == people.CHAN
    entry = Activity.objects.get(kind=Kind.PERSONAL)
    assert entry.user == as_dora.user
    assert entry.description == (
        f"Show in full the person of [{record.own_ref}], reason [{REASON}]"
    )
    assert entry.refs["subscription"] == str(record.pk)


def test_it_is_recorded_before_it_is_opened(
    record: EipoSubscription, as_dora: Acting
) -> None:
    record.sealed_person = b"damaged"
    with pytest.raises(secrets.CannotOpen):
        reveal(record, as_dora)
    assert len(told()) == 1


@pytest.mark.parametrize(
    "reason", ["", "short", "  a  b  c  d  e  ", "x" * 501, "\n\n\n\n\n\n\n\n\n\n\n"]
)
def test_a_reason_that_is_none_shows_and_records_nothing(
    record: EipoSubscription, as_dora: Acting, reason: str
) -> None:
    with pytest.raises(Refusal, match="10 to 500 characters"):
        reveal(record, as_dora, reason)
    assert told() == []


@pytest.mark.parametrize(
    "number",
    ["A123456(3)", "a123456 (3)", "AB987654(3)", "Ａ１２３４５６（３）", "Z6833650"],
)
def test_a_reason_that_names_somebody_is_not_kept(
    record: EipoSubscription, as_dora: Acting, number: str
) -> None:
    with pytest.raises(Refusal, match="why, and not who"):
        reveal(record, as_dora, f"The client {number} rang us")
    assert told() == []


def test_whose_data_are_erased_cannot_be_shown(
    record: EipoSubscription, as_dora: Acting
) -> None:
    record.sealed_person = b""
    with pytest.raises(Refusal, match="were erased"):
        reveal(record, as_dora)
    assert told() == []


def test_thirty_an_hour_and_not_one_more(
    record: EipoSubscription, as_dora: Acting, as_charlie: Acting
) -> None:
    for _ in range(30):
        reveal(record, as_dora)
    with pytest.raises(Refusal, match="30 records in full within an hour"):
        reveal(record, as_dora)
    assert told()[-1][1] == Status.FAILED
    assert [status for _, status in told()].count(Status.SUCCESSFUL) == 30
    assert reveal(record, as_charlie) == people.CHAN  # another person's hour


def test_after_an_hour_it_goes_on(record: EipoSubscription, as_dora: Acting) -> None:
    for _ in range(30):
        reveal(record, as_dora)
    later = clock.now() + dt.timedelta(hours=1, seconds=1)
    assert reveals.reveal(record, REASON, as_dora, later) == people.CHAN
