"""The outbox over real SMTP: sent, refused, tried again, never lost."""

import datetime as dt

import pytest

from portal import clock, wakeups
from portal.alerts import delivery, outbox, tasks
from portal.alerts.models import Alert, Mail, MailStatus
from portal.people.models import Participant, User
from tests.portal.alerts.conftest import Mailbox, Server, raise_alert

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def row(participant: Participant, alice: User) -> Mail:
    """A mail to alice, due."""
    raise_alert(participant)
    return Mail.objects.get()


def deliver(row: Mail) -> Mail:
    tasks.deliver_mail(str(row.pk))
    row.refresh_from_db()
    return row


def make_due(row: Mail) -> None:
    Mail.objects.filter(pk=row.pk).update(next_try_at=clock.real_now() - SECOND)


def wait_of(row: Mail) -> float:
    return (row.next_try_at - clock.real_now()).total_seconds()


def test_text_and_html_arrive(row: Mail, smtp: Server, mailbox: Mailbox) -> None:
    assert deliver(row).status == MailStatus.SENT
    (message,) = mailbox.messages
    assert message["To"] == "alice@example.test"
    assert message["Subject"] == "[SANDBOX] HBCNERBN for 00000 was rejected at 14:41"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    text, html = (part.get_content() for part in message.iter_parts())
    assert "HKEX answered 4007." in text
    assert "HKEX answered 4007." in html


def test_a_sent_mail_is_not_sent_again(
    row: Mail, smtp: Server, mailbox: Mailbox
) -> None:
    deliver(row)
    deliver(row)
    assert len(mailbox.messages) == 1


def test_a_server_that_is_down_is_tried_again_and_then_reached(
    row: Mail, smtp: Server, mailbox: Mailbox
) -> None:
    smtp.stop()
    deliver(row)
    assert (row.status, row.attempts) == (MailStatus.QUEUED, 1)
    assert row.error.startswith("The mail server cannot be reached (")
    assert 25 < wait_of(row) <= 30
    smtp.start()
    deliver(row)
    assert mailbox.messages == []  # not yet due
    make_due(row)
    assert deliver(row).status == MailStatus.SENT
    assert len(mailbox.messages) == 1


def test_a_refused_recipient_fails_for_good_and_the_site_is_told(
    row: Mail, smtp: Server, mailbox: Mailbox
) -> None:
    mailbox.answers["alice@example.test"] = "550 no such user"
    assert deliver(row).status == MailStatus.FAILED
    assert row.error == "The mail server refuses the recipient (550)."
    alert = Alert.objects.get(kind="mail-failed")
    assert (alert.participant, alert.key) == (None, "alice@example.test")


def test_a_recipient_that_is_refused_for_now_is_tried_again(
    row: Mail, smtp: Server, mailbox: Mailbox
) -> None:
    mailbox.answers["alice@example.test"] = "451 later"
    assert deliver(row).status == MailStatus.QUEUED


def test_the_plan_is_followed_and_ends_after_a_day(
    row: Mail, smtp: Server, mailbox: Mailbox
) -> None:
    mailbox.answers["alice@example.test"] = "451 later"
    waits = []
    for _ in range(len(outbox.RETRY_PLAN)):
        make_due(row)
        waits.append(round(wait_of(deliver(row))))
    assert tuple(waits) == outbox.RETRY_PLAN
    assert waits[:4] == [30, 120, 600, 3600]
    assert 24 * 3600 <= sum(waits) < 25 * 3600
    make_due(row)
    assert deliver(row).status == MailStatus.FAILED
    assert Alert.objects.filter(kind="mail-failed").count() == 1


def test_a_worker_killed_after_sending_sends_again_under_the_same_id(
    row: Mail, smtp: Server, mailbox: Mailbox
) -> None:
    taken = outbox.claim(row.pk, clock.real_now())
    assert taken
    delivery.send(taken)  # and here the worker dies: nothing is saved
    deliver(row)
    assert len(mailbox.messages) == 1  # the dead one's lease still holds
    make_due(row)
    assert deliver(row).status == MailStatus.SENT
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"] == f"<{row.pk}@localhost>"


def test_a_mail_is_claimed_by_one(row: Mail) -> None:
    now = clock.real_now()
    assert outbox.claim(row.pk, now) is not None
    assert outbox.claim(row.pk, now) is None


def test_who_lost_the_lease_has_no_say(row: Mail) -> None:
    now = clock.real_now()
    slow = outbox.claim(row.pk, now)
    fast = outbox.claim(row.pk, now + outbox.LEASE)
    assert slow
    assert fast
    assert outbox.record_sent(fast, now)
    assert not outbox.record_failure(slow, "late", True, now)
    row.refresh_from_db()
    assert row.status == MailStatus.SENT


def test_the_sweep_wakes_what_is_due_and_what_is_stuck(
    row: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[object] = []
    monkeypatch.setattr(wakeups, "wake", lambda name, pk: woken.append(pk))
    now = clock.real_now()
    tasks.wake_due_mail()
    outbox.claim(row.pk, now)
    assert outbox.wake_due(now) == 0
    assert outbox.wake_due(now + outbox.LEASE) == 1
    assert woken == [row.pk, row.pk]


def test_a_mail_that_is_gone_is_no_error(row: Mail, smtp: Server) -> None:
    pk = row.pk
    row.delete()
    tasks.deliver_mail(str(pk))
