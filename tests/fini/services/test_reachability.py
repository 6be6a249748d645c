"""Whether FINI's gateway answers: rows that change, and few that do not."""

import datetime as dt

import pytest

from fini.models import Profile
from fini.services import reachability
from fini.services.reachability import ALERT, Watch
from portal.activity.models import Activity, Status
from portal.alerts.models import Alert
from portal.people.models import Participant
from tests.fini.profile_builders import profile

BEGIN = dt.datetime(2026, 3, 6, 4, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
SENTENCE = "FINI’s gateway is not reachable. Nothing was sent."


@pytest.fixture
def of(participant: Participant) -> Profile:
    return profile(participant)


def kept(of: Profile) -> tuple[dt.datetime | None, dt.datetime | None, str]:
    row = Profile.objects.get(pk=of.pk)
    return row.reached_at, row.unreachable_since, row.unreachable_sentence


def test_a_reply_is_noted(of: Profile) -> None:
    Watch(of).reached(BEGIN)
    assert kept(of) == (BEGIN, None, "")


def test_many_replies_are_noted_once_a_minute(of: Profile) -> None:
    watch = Watch(of)
    for seconds in range(59):
        watch.reached(BEGIN + seconds * SECOND)
    assert kept(of)[0] == BEGIN
    watch.reached(BEGIN + 60 * SECOND)
    assert kept(of)[0] == BEGIN + 60 * SECOND


def test_a_change_is_noted_at_once(of: Profile) -> None:
    watch = Watch(of)
    watch.reached(BEGIN)
    watch.unreachable(SENTENCE, BEGIN + SECOND)
    assert kept(of) == (BEGIN, BEGIN + SECOND, SENTENCE)
    watch.reached(BEGIN + 2 * SECOND)
    assert kept(of) == (BEGIN + 2 * SECOND, None, "")


def test_it_stays_unreachable_since_it_first_was(of: Profile) -> None:
    reachability.unreachable(of, SENTENCE, BEGIN)
    reachability.unreachable(of, "Another.", BEGIN + 60 * SECOND)
    assert kept(of) == (None, BEGIN, "Another.")


def test_one_lost_answer_raises_no_alert(of: Profile) -> None:
    reachability.unreachable(of, SENTENCE, BEGIN)
    reachability.unreachable(of, SENTENCE, BEGIN + 60 * SECOND)
    reachability.reached(of, BEGIN + 61 * SECOND)
    assert not Alert.objects.exists()
    assert not Activity.objects.exists()


def test_two_minutes_raise_one_alert_and_a_reply_resolves_it(of: Profile) -> None:
    for seconds in (0, 60, 120, 180):
        reachability.unreachable(of, SENTENCE, BEGIN + seconds * SECOND)
    alert = Alert.objects.get(kind=ALERT, resolved_at=None)
    assert (alert.participant, alert.body) == (of.participant, SENTENCE)
    reachability.reached(of, BEGIN + 181 * SECOND)
    assert not Alert.objects.filter(resolved_at=None).exists()
    told = Activity.objects.order_by("seq")
    assert [row.status for row in told] == [Status.FAILED, Status.SUCCESSFUL]
