"""A registration that is only said: the old key stays in use until the new logs in."""

import datetime as dt

import pytest

from keys.models import KeyRegistration, Platform, SftpAccount, SshKey
from keys.refusals import Refusal
from keys.selectors.accounts import account_page
from keys.selectors.keys import current_key, keys_to_try
from keys.services import claims, registrations
from portal.activity.models import Activity
from portal.alerts.models import Alert
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.keys.builders import DAY, NOW, Free, account, acting, key

LATER = NOW + dt.timedelta(days=100)
THEN = DAY + dt.timedelta(days=100)


@pytest.fixture(params=list(Platform), ids=lambda p: p.value)
def of(request: pytest.FixtureRequest, participant: Participant) -> SftpAccount:
    Participant.objects.update(approval_required=False)
    participant.refresh_from_db()
    return account(participant, request.param)


@pytest.fixture
def old(of: SftpAccount) -> SshKey:
    return key(of, proved_at=NOW)


@pytest.fixture
def new(of: SftpAccount, old: SshKey, charlie: User) -> SshKey:
    made = key(of, None)
    who = acting(charlie, of.participant)
    registrations.record_registration(made, THEN, who, LATER)
    made.refresh_from_db()
    return made


def tried(of: SftpAccount, *, is_test: bool) -> list[SshKey]:
    return [one.key for one in keys_to_try(of, THEN, is_test=is_test)]


def test_the_old_key_stays_in_use(of: SftpAccount, old: SshKey, new: SshKey) -> None:
    assert current_key(of, THEN) == old
    assert current_key(of, THEN + dt.timedelta(1)) == old


def test_a_test_login_tries_the_new_key_first_and_a_visit_the_old(
    of: SftpAccount, old: SshKey, new: SshKey
) -> None:
    assert tried(of, is_test=True) == [new, old]
    assert tried(of, is_test=False) == [old, new]


def test_the_first_login_of_the_new_key_ends_the_old(
    of: SftpAccount, old: SshKey, new: SshKey
) -> None:
    claims.proved(new.pk, LATER)
    assert current_key(of, THEN) == new
    assert tried(of, is_test=False) == [new]
    page = account_page(of.participant, of.pk, THEN)
    assert page.said is None
    assert [line.key for line in page.past] == [old]
    assert Activity.objects.filter(description__startswith="Prove reg").count() == 1


def test_a_refused_test_login_is_an_alert_and_leaves_the_old_key_in_use(
    of: SftpAccount, old: SshKey, new: SshKey
) -> None:
    claims.refused(Free(of), new, "Refused.", LATER)
    alert = Alert.objects.get(kind="key-not-registered", resolved_at=None)
    assert "the old key stays in use" in alert.body
    assert current_key(of, THEN) == old


def test_what_was_not_registered_is_taken_back(
    of: SftpAccount, old: SshKey, new: SshKey, charlie: User
) -> None:
    claims.refused(Free(of), new, "Refused.", LATER)
    assert claims.ask_back(new, acting(charlie, of.participant), LATER) is None
    new.refresh_from_db()
    assert new.registered_on is None
    assert account_page(of.participant, of.pk, THEN).waiting == [new]
    assert not Alert.objects.filter(resolved_at=None).exists()
    assert Activity.objects.filter(description__startswith="Take back").count() == 1


def test_a_key_that_was_taken_back_can_be_registered_again(
    of: SftpAccount, old: SshKey, new: SshKey, charlie: User
) -> None:
    who = acting(charlie, of.participant)
    claims.ask_back(new, who, LATER)
    new.refresh_from_db()
    registrations.record_registration(new, THEN, who, LATER)
    assert KeyRegistration.objects.filter(effective_at__isnull=False).count() == 1


def test_two_people_take_back_what_two_people_recorded(
    of: SftpAccount, new: SshKey, charlie: User, bob: User
) -> None:
    Participant.objects.update(approval_required=True)
    of.participant.refresh_from_db()
    claims.ask_back(new, acting(charlie, of.participant), LATER)
    new.refresh_from_db()
    assert new.registered_on == THEN
    approvals.decide(Approval.objects.get(), bob, True, "", LATER)
    new.refresh_from_db()
    assert new.registered_on is None


def test_a_key_that_has_logged_in_is_not_taken_back(
    of: SftpAccount, new: SshKey, charlie: User
) -> None:
    claims.proved(new.pk, LATER)
    new.refresh_from_db()
    with pytest.raises(Refusal):
        claims.ask_back(new, acting(charlie, of.participant), LATER)


def test_the_approver_is_told_that_the_other_keys_end(
    of: SftpAccount, old: SshKey, charlie: User
) -> None:
    Participant.objects.update(approval_required=True)
    of.participant.refresh_from_db()
    made, who = key(of, None), acting(charlie, of.participant)
    registrations.record_registration(made, THEN, who, LATER)
    assert "all other keys of the account end" in Approval.objects.get().subject
