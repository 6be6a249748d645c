"""Ends that come near: alerts, one mail a day and person, escalation, policy."""

import datetime as dt

import pytest

from keys.models import (
    ExpiryNotice,
    KeyRenewal,
    Platform,
    RenewalPolicy,
    RenewalReason,
    Taken,
)
from keys.refusals import Refusal
from keys.services import expiries
from keys.services.policies import renew_due
from portal.alerts.models import Alert, Mail
from portal.people.models import Participant, User
from tests.keys.builders import DAY, NOW, account, acting, key

END = dt.date(2026, 3, 1)  # of a key registered on DAY, at ECP and RAP


def before(days: int) -> dt.datetime:
    """Noon so many days before the end."""
    return dt.datetime.combine(END, dt.time(4), tzinfo=dt.UTC) - dt.timedelta(days)


def open_alert() -> Alert | None:
    return Alert.objects.filter(kind="expiry", resolved_at=None).first()


def test_nothing_is_told_61_days_before(participant: Participant, alice: User) -> None:
    key(account(participant))
    assert expiries.evaluate(before(61)) == 0
    assert open_alert() is None
    assert not Mail.objects.exists()


def test_each_threshold_is_told_once(participant: Participant, alice: User) -> None:
    key(account(participant))
    told = [days for days in range(62, -3, -1) if expiries.evaluate(before(days))]
    assert told == [60, 30, 14, 7, 3, 1, 0]
    assert expiries.evaluate(before(0)) == 0


def test_a_late_look_tells_the_nearest_threshold_only(
    participant: Participant, alice: User
) -> None:
    key(account(participant))
    assert expiries.evaluate(before(5)) == 1
    assert ExpiryNotice.objects.get().days == 7


def test_all_of_a_day_is_one_mail_a_person(
    participant: Participant, alice: User, bob: User
) -> None:
    for _ in range(5):
        key(account(participant))
    expiries.evaluate(before(30))
    expiries.evaluate(before(30))
    mail = Mail.objects.get()
    assert mail.user == alice
    assert mail.subject.endswith("5 credentials near their end")
    assert mail.text.count("expires in 30 days") == 5
    alert = open_alert()
    assert alert is not None
    assert alert.count == 1


def test_it_stops_when_a_new_key_has_logged_in(
    participant: Participant, alice: User
) -> None:
    of = account(participant)
    key(of, proved_at=NOW)
    expiries.evaluate(before(30))
    renewed = key(of, before(20).date(), Taken.RENEWED)
    expiries.evaluate(before(20))
    assert open_alert() is not None
    told = Mail.objects.count()
    renewed.proved_at = before(19)
    renewed.save()
    for days in (14, 7, 3):
        expiries.evaluate(before(days))
    assert open_alert() is None
    assert Mail.objects.count() == told


def test_what_nobody_takes_note_of_goes_to_the_administrators(
    participant: Participant, alice: User, charlie: User
) -> None:
    key(account(participant))
    expiries.evaluate(before(30))
    expiries.evaluate(before(28))
    assert not Mail.objects.filter(user=charlie).exists()
    expiries.evaluate(before(27))
    mail = Mail.objects.get(user=charlie)
    assert "Nobody has taken note" in mail.text
    expiries.evaluate(before(26))
    assert Mail.objects.filter(user=charlie).count() == 1


def test_what_somebody_took_note_of_is_not_escalated(
    participant: Participant, alice: User, charlie: User
) -> None:
    held = key(account(participant))
    expiries.evaluate(before(30))
    who = acting(alice, participant)
    expiries.acknowledge(participant, held.pk, END, who, before(29))
    for days in (27, 20):
        expiries.evaluate(before(days))
    assert not Mail.objects.filter(user=charlie).exists()
    with pytest.raises(Refusal, match="already"):
        expiries.acknowledge(participant, held.pk, END, who, before(29))


def test_an_end_that_was_not_told_cannot_be_acknowledged(
    participant: Participant, alice: User
) -> None:
    held = key(account(participant))
    with pytest.raises(Refusal):
        expiries.acknowledge(
            participant, held.pk, END, acting(alice, participant), before(90)
        )


def test_another_participants_people_learn_nothing(
    participant: Participant, alice: User, mallory: User
) -> None:
    key(account(participant))
    expiries.evaluate(before(7))
    assert set(Mail.objects.values_list("user", flat=True)) == {alice.pk}


@pytest.mark.usefixtures("small_pairs")
def test_the_policy_renews_its_days_before_the_end(
    participant: Participant, charlie: User
) -> None:
    of = account(participant)
    key(of)
    RenewalPolicy.objects.create(account=of, is_enabled=True, days_before=30)
    assert renew_due(before(31)) == 0
    assert renew_due(before(30)) == 1
    assert renew_due(before(30)) == 0
    assert KeyRenewal.objects.get().reason == RenewalReason.POLICY


def test_without_a_policy_nothing_renews_itself(participant: Participant) -> None:
    key(account(participant))
    assert renew_due(before(5)) == 0


def test_a_dead_account_is_told_of_and_not_renewed(participant: Participant) -> None:
    of = account(participant, Platform.RAP)
    key(of)
    RenewalPolicy.objects.create(account=of, is_enabled=True, days_before=30)
    assert renew_due(before(-1)) == 0
    assert Alert.objects.get().kind == "key-no-self-service"


def test_a_compromised_key_is_not_prolonged_by_policy(
    participant: Participant,
) -> None:
    of = account(participant, Platform.RAP)
    key(of, compromised_on=DAY)
    RenewalPolicy.objects.create(account=of, is_enabled=True, days_before=30)
    assert renew_due(before(10)) == 0
