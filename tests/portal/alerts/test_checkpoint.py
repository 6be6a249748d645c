"""Once a day the log is walked, and its signed checkpoint leaves by mail."""

import datetime as dt

import pytest
from django.test.utils import override_settings

from portal.activity import checkpoints
from portal.activity.models import Activity, Chain
from portal.alerts import checkpoint
from portal.alerts.models import Alert, Mail
from portal.people.models import Participant, User
from tests.lifting import lifted_triggers
from tests.portal.activity.conftest import write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2024, 2, 29, 16, 0, tzinfo=dt.UTC)  # 1 March in Hong Kong
RECIPIENTS = ["audit@example.test", "board@example.test"]


@override_settings(CHECKPOINT_RECIPIENTS=RECIPIENTS)
def test_it_goes_to_each_recipient_once_a_hong_kong_day(
    participant: Participant,
) -> None:
    write(participant)
    assert checkpoint.check_day(NOW)
    assert not checkpoint.check_day(NOW + dt.timedelta(hours=23, minutes=59))
    assert sorted(Mail.objects.values_list("recipient", flat=True)) == RECIPIENTS
    assert checkpoint.check_day(NOW + dt.timedelta(hours=24))


@override_settings(CHECKPOINT_RECIPIENTS=RECIPIENTS)
def test_the_mail_s_text_is_a_checkpoint(participant: Participant) -> None:
    write(participant)
    checkpoint.check_day(NOW)
    mail = Mail.objects.all()[0]
    assert mail.subject == "[SANDBOX] Activity checkpoint 2024-03-01"
    marks = checkpoints.parse(mail.text)
    assert ("CP00010", 1) in [(mark.chain, mark.count) for mark in marks]
    assert checkpoints.compare(marks) == []


def test_a_broken_chain_is_told_to_the_site_and_to_the_page(
    participant: Participant, alice: User
) -> None:
    User.objects.filter(pk=alice.pk).update(is_site_admin=True)
    write(participant)
    with lifted_triggers():
        Activity.objects.update(description="another")
    checkpoint.check_day(NOW)
    assert Alert.objects.get().key == "CP00010"
    assert Mail.objects.get().recipient == "alice@example.test"
    assert "row 1, altered" in Chain.objects.get(name="CP00010").fault


def test_a_chain_that_is_whole_is_marked_as_checked(participant: Participant) -> None:
    write(participant)
    checkpoint.check_day(NOW)
    chain = Chain.objects.get(name="CP00010")
    assert (chain.checked_at, chain.checked_count, chain.fault) == (NOW, 1, "")
