"""Renewals: started, asked for, withdrawn; compromised keys; registrations."""

import datetime as dt

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from keys.models import KeyRenewal, Platform, RenewalPolicy, SshKey, Taken
from keys.refusals import Refusal
from keys.renewal_states import MOVES, OPEN, MoveNotAllowed, RenewalStatus
from keys.selectors.accounts import account_page
from keys.selectors.keys import current_key, key_to_use
from keys.services import pairs, registrations, renewals
from keys.services.answers import take_renewed
from keys.services.compromises import compromised
from keys.services.moves import move
from portal.activity import transaction
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.keys.builders import DAY, NOW, account, acting, key

pytestmark = pytest.mark.usefixtures("small_pairs")
R = RenewalStatus
LATER = NOW + dt.timedelta(days=600)


def test_every_open_state_has_a_way_out() -> None:
    assert set(MOVES) == set(OPEN)


def test_a_move_that_is_not_in_the_table_raises(participant: Participant) -> None:
    of = account(participant)
    key(of)
    renewal = renewals.start_renewal(of, NOW)
    with pytest.raises(MoveNotAllowed), transaction.atomic():
        move(renewal, R.PROVED)


def test_a_renewal_is_queued_with_a_new_key_and_asks_for_a_visit(
    participant: Participant,
) -> None:
    of = account(participant)
    old = key(of)
    renewal = renewals.start_renewal(of, NOW)
    of.refresh_from_db()
    assert renewal.status == R.QUEUED
    assert of.visit_due_at is not None
    assert current_key(of, DAY) == old
    assert renewal.key.registered_on is None


def test_an_answer_in_whole_seconds_is_not_older_than_the_upload(
    participant: Participant,
) -> None:
    of = account(participant)
    key(of)
    renewal = renewals.start_renewal(of, NOW)
    renewal.opened_at = NOW + dt.timedelta(seconds=10.6)
    taken = take_renewed(renewal, NOW + dt.timedelta(seconds=10))
    assert taken.taken_at == renewal.opened_at


@pytest.mark.ledger("RAP-19")
@pytest.mark.parametrize("platform", list(Platform))
def test_without_a_working_key_there_is_no_self_service(
    participant: Participant, platform: Platform
) -> None:
    of = account(participant, platform)
    key(of, DAY)
    day = DAY + dt.timedelta(800)
    with pytest.raises(Refusal, match="Register a new key"):
        renewals.start_renewal(of, NOW + dt.timedelta(800))
    page = account_page(participant, of.pk, day)
    assert not page.self_service
    assert "register one" in page.advice


def test_one_renewal_at_a_time(participant: Participant) -> None:
    of = account(participant)
    key(of)
    renewals.start_renewal(of, NOW)
    with pytest.raises(Refusal, match="under way"):
        renewals.start_renewal(of, NOW)
    assert SshKey.objects.count() == 2


def test_a_renewed_key_is_replaced_only_on_demand(participant: Participant) -> None:
    of = account(participant)
    key(of)
    key(of, DAY + dt.timedelta(1), Taken.RENEWED)
    with pytest.raises(Refusal, match="has a renewed key"):
        renewals.start_renewal(of, NOW + dt.timedelta(2))
    renewals.start_renewal(of, NOW + dt.timedelta(2), overwrite=True)


def test_the_policy_may_want_an_approval(
    participant: Participant, alice: User, bob: User
) -> None:
    of = account(participant)
    key(of)
    RenewalPolicy.objects.create(account=of, approval_required=True)
    renewal = renewals.start_renewal(of, NOW, by=alice)
    assert renewal.status == R.DRAFTED
    approvals.decide(Approval.objects.get(), bob, True, "", NOW)
    renewal.refresh_from_db()
    assert renewal.status == R.QUEUED


def test_a_declined_renewal_is_withdrawn(
    participant: Participant, alice: User, bob: User
) -> None:
    of = account(participant)
    key(of)
    RenewalPolicy.objects.create(account=of, approval_required=True)
    renewal = renewals.start_renewal(of, NOW, by=alice)
    approvals.decide(Approval.objects.get(), bob, False, "Not now", NOW)
    renewal.refresh_from_db()
    assert renewal.status == R.WITHDRAWN


def test_what_is_queued_can_be_withdrawn(
    participant: Participant, charlie: User
) -> None:
    of = account(participant)
    key(of)
    renewal = renewals.start_renewal(of, NOW)
    renewals.withdraw(renewal, acting(charlie, participant), NOW)
    assert KeyRenewal.objects.get().status == R.WITHDRAWN
    with pytest.raises(Refusal):
        renewals.withdraw(renewal, acting(charlie, participant), NOW)


@pytest.mark.ledger("RAP-23")
@pytest.mark.parametrize("platform", [Platform.RAP, Platform.RRS])
def test_a_compromised_key_is_registered_again_at_rap_and_rrs(
    participant: Participant, charlie: User, platform: Platform
) -> None:
    of = account(participant, platform)
    held = key(of)
    assert compromised(held, acting(charlie, participant), NOW) is None
    assert key_to_use(of, DAY) is None
    page = account_page(participant, of.pk, DAY)
    assert page.is_compromised
    assert not page.self_service
    assert "register a new one" in page.advice


@pytest.mark.ledger("ECP-67")
def test_a_compromised_key_of_ecp_only_replaces_itself(
    participant: Participant, charlie: User
) -> None:
    of = account(participant)
    held = key(of)
    renewal = compromised(held, acting(charlie, participant), NOW)
    chosen = key_to_use(of, DAY)
    assert renewal is not None
    assert chosen is not None
    assert (chosen.key, chosen.only_to_renew) == (held, True)
    assert current_key(of, DAY) is None


def test_a_key_that_logged_in_is_preferred_to_a_newer_one(
    participant: Participant,
) -> None:
    of = account(participant)
    old = key(of, proved_at=NOW)
    new = key(of, DAY + dt.timedelta(1), Taken.RENEWED)
    assert current_key(of, DAY + dt.timedelta(14)) == old
    assert current_key(of, DAY + dt.timedelta(15)) == new


def test_recording_a_registration_waits_for_a_second_person(
    participant: Participant, charlie: User, bob: User
) -> None:
    of = account(participant)
    made = pairs.make_key(of, NOW)
    who = acting(charlie, participant)
    registrations.record_registration(made, DAY, who, NOW)
    made.refresh_from_db()
    assert made.registered_on is None
    approvals.decide(Approval.objects.get(), bob, True, "", NOW)
    made.refresh_from_db()
    of.refresh_from_db()
    assert made.registered_on == DAY
    assert of.test_asked_at is not None


def test_without_approvals_a_registration_acts_at_once(
    participant: Participant, charlie: User
) -> None:
    participant.approval_required = False
    participant.save()
    of = account(participant)
    made = pairs.make_key(of, NOW)
    registrations.record_registration(made, DAY, acting(charlie, participant), NOW)
    assert current_key(of, DAY) == made


@pytest.mark.parametrize("days", [-1, 1])
def test_a_registration_is_not_before_the_key_and_not_to_come(
    participant: Participant, charlie: User, days: int
) -> None:
    made = pairs.make_key(account(participant), NOW)
    on = DAY + dt.timedelta(days)
    with pytest.raises(Refusal, match="Nothing was recorded"):
        registrations.record_registration(made, on, acting(charlie, participant), NOW)


@pytest.mark.ledger("ECP-53/P")
def test_a_renewal_on_hkexs_web_keeps_the_old_key_for_14_days(
    participant: Participant, charlie: User
) -> None:
    participant.approval_required = False
    participant.save()
    of = account(participant)
    old, new = key(of, DAY - dt.timedelta(5)), pairs.make_key(of, NOW)
    who = acting(charlie, participant)
    registrations.record_registration(new, DAY, who, NOW, how=Taken.RENEWED)
    page = account_page(participant, of.pk, DAY)
    assert page.current is not None
    assert page.current.key == old
    assert page.current.expires_on == DAY + dt.timedelta(14)


def test_a_discarded_key_has_no_private_half_and_is_not_brought_again(
    participant: Participant, charlie: User
) -> None:
    made = pairs.make_key(account(participant), NOW)
    registrations.discard(made, acting(charlie, participant), NOW)
    made.refresh_from_db()
    assert bytes(made.sealed_private) == b""


def pem(pair: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, word: str = "") -> bytes:
    locked = (
        serialization.BestAvailableEncryption(word.encode())
        if word
        else serialization.NoEncryption()
    )
    form = serialization.PrivateFormat.PKCS8
    return pair.private_bytes(serialization.Encoding.PEM, form, locked)


@pytest.mark.ledger("ECP-59/P")
def test_a_key_belongs_to_one_account(participant: Participant) -> None:
    content = pem(rsa.generate_private_key(65537, 2048))
    pairs.bring_key(account(participant), content, "", NOW)
    with pytest.raises(Refusal, match="in the portal already"):
        pairs.bring_key(account(participant), content, "", NOW)
    assert SshKey.objects.count() == 1


def test_a_wrong_passphrase_stores_nothing(participant: Participant) -> None:
    content = pem(rsa.generate_private_key(65537, 2048), "right one")
    with pytest.raises(Refusal, match="Nothing of it was stored"):
        pairs.bring_key(account(participant), content, "wrong one", NOW)
    assert not SshKey.objects.exists()


@pytest.mark.ledger("RAP-02/P", "RRS-02/P")
@pytest.mark.parametrize("platform", [Platform.RAP, Platform.RRS])
def test_a_size_that_the_platform_does_not_take_is_refused(
    participant: Participant, platform: Platform
) -> None:
    with pytest.raises(Refusal, match="bits"):
        pairs.make_key(account(participant, platform), NOW, bits=3072)
    content = pem(rsa.generate_private_key(65537, 3072))
    with pytest.raises(Refusal, match="bits"):
        pairs.bring_key(account(participant, platform), content, "", NOW)
    assert not SshKey.objects.exists()
