"""Alerts are raised once, folded, resolved, mailed, and told to open pages."""

import json
import time
import uuid
from collections.abc import Iterator

import pytest
import redis
from django.db import DatabaseError, transaction

from portal import fanout, wakeups
from portal.alerts import outbox, selectors, services
from portal.alerts.models import Alert, Mail, Severity
from portal.people.models import Participant, User
from tests.portal.alerts.conftest import raise_alert
from tests.streams import listening_to

pytestmark = pytest.mark.django_db


def test_the_same_alert_again_is_folded(participant: Participant) -> None:
    raise_alert(participant)
    again = raise_alert(participant, title="rejected again", severity=Severity.HOLD)
    assert Alert.objects.count() == 1
    assert (again.count, again.title) == (2, "rejected again")
    assert again.severity == Severity.HOLD


def test_another_key_another_participant_and_the_site_are_others(
    participant: Participant, other_participant: Participant
) -> None:
    raise_alert(participant)
    raise_alert(participant, key="another")
    raise_alert(other_participant)
    raise_alert(None)
    raise_alert(None)
    assert Alert.objects.count() == 4


def test_after_it_is_resolved_it_is_a_new_one(participant: Participant) -> None:
    first = raise_alert(participant)
    assert services.resolve("rejected", first.key, participant=participant) == 1
    assert services.resolve("rejected", first.key, participant=participant) == 0
    assert raise_alert(participant).pk != first.pk


def test_who_loses_the_race_folds_into_the_winner_s(
    participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = raise_alert(participant)
    looks = iter([lambda *_: None, services._fold])  # first before it is committed

    def fold(*known: object) -> Alert | None:
        return next(looks)(*known)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "_fold", fold)
    assert raise_alert(participant).pk == winner.pk
    winner.refresh_from_db()
    assert winner.count == 2


@pytest.mark.parametrize("path", ["https://evil.test/", "//evil.test/", "p/x"])
def test_an_alert_links_into_the_portal_only(
    participant: Participant, path: str
) -> None:
    with pytest.raises(ValueError, match="into the portal only"):
        services.raise_(
            "kind",
            "key",
            participant=participant,
            severity=Severity.WARN,
            title="t",
            body="b",
            path=path,
        )


def test_a_new_one_is_mailed_to_those_who_act_and_only_once(
    participant: Participant, alice: User, bob: User, charlie: User, dora: User
) -> None:
    raise_alert(participant)
    raise_alert(participant)
    assert set(Mail.objects.values_list("recipient", flat=True)) == {
        "alice@example.test",
        "bob@example.test",
        "charlie@example.test",
    }
    assert Mail.objects.count() == 3


def test_who_left_gets_no_mail(
    participant: Participant, alice: User, bob: User, charlie: User
) -> None:
    alice.memberships.update(is_active=False)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    User.objects.filter(pk=charlie.pk).update(email="")
    raise_alert(participant)
    assert Mail.objects.count() == 0


def test_the_site_s_are_mailed_to_its_admins(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_site_admin=True)
    raise_alert(None)
    assert Mail.objects.get().user == bob


def test_without_mail_there_is_none(participant: Participant, alice: User) -> None:
    raise_alert(participant, mail=False)
    assert Mail.objects.count() == 0


def test_alert_and_mail_are_one_transaction(
    participant: Participant, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> int:
        raise DatabaseError

    monkeypatch.setattr(outbox, "put_alert", break_off)
    with pytest.raises(DatabaseError), transaction.atomic():
        raise_alert(participant)
    assert Alert.objects.count() == 0


def test_the_mail_task_is_woken_after_commit(
    participant: Participant,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[tuple[str, object]] = []
    monkeypatch.setattr(wakeups, "wake", lambda name, pk: woken.append((name, pk)))
    raise_alert(participant)
    assert woken == [("mail", Mail.objects.get().pk)]


@pytest.fixture
def stream(participant: Participant) -> Iterator[redis.client.PubSub]:
    with listening_to(fanout.channel(participant.pk)) as made:
        yield made


@pytest.mark.django_db(transaction=True)
def test_open_pages_learn_of_it_within_half_a_second(
    participant: Participant, stream: redis.client.PubSub
) -> None:
    started = time.monotonic()
    raise_alert(participant)
    event = stream.get_message(timeout=0.5)
    assert event is not None
    assert json.loads(event["data"]) == {"seq": None, "topics": ["alerts"]}
    assert time.monotonic() - started < 0.5


def test_what_needs_a_person_is_told_worst_first(participant: Participant) -> None:
    for severity in (Severity.WARN, Severity.HOLD, Severity.BAD):
        raise_alert(participant, key=str(uuid.uuid4()), severity=severity)
    listed = selectors.needs_you(participant)
    assert [alert.severity for alert in listed.alerts] == ["bad", "hold", "warn"]
    assert listed.more == 0


def test_a_long_list_says_how_many_more(participant: Participant) -> None:
    for number in range(selectors.SHOWN + 3):
        raise_alert(participant, key=str(number), mail=False)
    listed = selectors.needs_you(participant)
    assert (len(listed.alerts), listed.more) == (selectors.SHOWN, 3)
