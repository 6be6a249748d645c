"""Addresses, policies, consent, marks, test logins, passwords, feeds."""

import datetime as dt

import pytest

from keys.models import (
    CalendarFeed,
    CircuitKind,
    EncryptionPassword,
    Environment,
    Platform,
    RemoteIp,
)
from keys.refusals import Refusal
from keys.selectors import feeds as feed_reads
from keys.selectors.addresses import registered_for
from keys.selectors.passwords import encryption
from keys.selectors.readiness import checklist
from keys.services import accounts, addresses, feeds, passwords
from portal.activity.models import Activity
from portal.people.guards import Acting
from portal.people.models import Identity, IdentityKind, Participant, User
from tests.keys.builders import DAY, NOW, account, acting, facility, key

E = Environment.SANDBOX
GOOD = "Harbour-Front-2024"


@pytest.fixture
def admin(participant: Participant, charlie: User) -> Acting:
    made = acting(charlie, participant)
    circuits = {CircuitKind.SDNET: ["10.163.3.0/24", "10.163.4"]}
    addresses.set_subnets(participant, circuits, made, NOW)
    return made


@pytest.mark.ledger("ECP-54/P", "ECP-55", "RAP-09/P")
def test_the_whole_set_is_replaced_and_what_is_gone_is_removed(
    participant: Participant, admin: Acting
) -> None:
    of = account(participant)
    addresses.set_remote_ips(of, ["10.163.3.1", "10.163.3.2"], DAY, admin, NOW)
    addresses.set_remote_ips(of, ["10.163.3.2", "10.163.3.3"], DAY, admin, NOW)
    assert registered_for(of) == {"10.163.3.2", "10.163.3.3"}
    assert RemoteIp.objects.get(address="10.163.3.1").removed_on == DAY


@pytest.mark.parametrize(
    "texts",
    [["010.163.3.1"], ["10.163.3"], ["::1"], ["10.9.9.9"], ["10.163.3.1"] * 2, []],
)
def test_what_hkex_would_not_register_changes_nothing(
    participant: Participant, admin: Acting, texts: list[str]
) -> None:
    of = account(participant)
    with pytest.raises(Refusal):
        addresses.set_remote_ips(of, texts, DAY, admin, NOW)
    assert registered_for(of) == set()


@pytest.mark.ledger("RRS-11/P")
@pytest.mark.parametrize("platform", [Platform.RAP, Platform.RRS])
def test_the_addresses_of_a_cp_serve_all_its_accounts(
    participant: Participant, admin: Acting, platform: Platform
) -> None:
    one, other = account(participant, platform), account(participant, platform)
    addresses.set_remote_ips(one, ["10.163.3.1", "10.163.3.2"], DAY, admin, NOW)
    assert registered_for(other) == {"10.163.3.1", "10.163.3.2"}


def test_a_subnet_is_a_24(participant: Participant, admin: Acting) -> None:
    for text in ("10.1.0.0/16", "word", "10.1.2.3/24"):
        with pytest.raises(Refusal):
            addresses.set_subnets(participant, {CircuitKind.HSN: [text]}, admin, NOW)
    assert participant.subnets.count() == 2


@pytest.mark.ledger("ECP-10/P")
def test_the_declaration_is_recorded_once_by_an_administrator(
    participant: Participant, admin: Acting, alice: User
) -> None:
    operator = acting(alice, participant)
    with pytest.raises(Refusal, match="administrator"):
        accounts.record_consent(participant, DAY, "C. Chan", operator, NOW)
    accounts.record_consent(participant, DAY, "C. Chan", admin, NOW)
    with pytest.raises(Refusal, match="already"):
        accounts.record_consent(participant, DAY, "C. Chan", admin, NOW)


@pytest.mark.ledger("ECP-57", "ECP-77")
def test_an_identity_of_wings_only_has_no_sftp(
    participant: Participant, admin: Acting
) -> None:
    identity = Identity.objects.create(
        participant=participant,
        kind=IdentityKind.CE_NUMBER,
        code="BBB111",
        wings_only=True,
    )
    with pytest.raises(Refusal, match="ECP’s web"):
        accounts.add_account(facility(), "hkidr.new", [identity], admin, NOW)


@pytest.mark.ledger("RAP-01/P", "RRS-01/P")
@pytest.mark.parametrize(
    ("platform", "login_id"),
    [("RAP", "dcxyz001"), ("RAP", "DCXYZ005"), ("RRS", "CXYZ003"), ("RRS", "DCXYZ001")],
)
def test_a_login_id_of_another_form_is_refused(
    participant: Participant, admin: Acting, platform: str, login_id: str
) -> None:
    at = facility(Platform(platform))
    with pytest.raises(Refusal):
        accounts.add_account(at, login_id, [], admin, NOW)


def test_a_policy_leaves_time(participant: Participant, admin: Acting) -> None:
    of = account(participant)
    for days in (14, 366):
        with pytest.raises(Refusal):
            accounts.set_policy(
                of,
                is_enabled=True,
                days_before=days,
                approval_required=False,
                acting=admin,
                now=NOW,
            )


def line(of: object, item: str) -> bool:
    found = {one.item: one.is_green for one in checklist(of, DAY)}  # type: ignore[arg-type]
    return found[item]


@pytest.mark.ledger("ECP-73", "ECP-76")
def test_the_checklist_turns_green_line_by_line(
    participant: Participant, admin: Acting
) -> None:
    of = account(participant)
    assert not any(one.is_green for one in checklist(of, DAY))
    for item in ("circuit", "login", "EU_ECPTO", "EU_ECPHKIDR", "EU_ECPSFTP"):
        accounts.mark(of, item, True, admin, NOW)
        assert line(of, item)
    addresses.set_remote_ips(of, ["10.163.3.1"], DAY, admin, NOW)
    assert line(of, "addresses")
    key(of)
    assert line(of, "key")
    accounts.record_consent(participant, DAY, "C. Chan", admin, NOW)
    assert line(of, "consent")
    of.source_address = "10.163.3.1"
    assert line(of, "source")
    missing = {one.item for one in checklist(of, DAY) if not one.is_green}
    assert missing == {"host_keys", "algorithms", "test_login"}


def test_no_business_function_is_asked_of_wings(
    participant: Participant, admin: Acting
) -> None:
    participant.uses_wings = True
    items = {one.item for one in checklist(account(participant), DAY)}
    assert not items & {"EU_ECPTO", "EU_ECPHKIDR", "EU_ECPSFTP"}


def test_a_test_login_asks_for_a_visit(participant: Participant, admin: Acting) -> None:
    of = account(participant)
    accounts.ask_test_login(of, admin, NOW)
    of.refresh_from_db()
    assert of.test_asked_at == NOW
    assert of.visit_due_at is not None


@pytest.mark.ledger("ECP-61")
@pytest.mark.parametrize("text", ["short1A-", "nouppercase-1", "NOSYMBOLS123", ""])
def test_a_weak_password_is_not_stored(
    participant: Participant, admin: Acting, text: str
) -> None:
    with pytest.raises(Refusal):
        passwords.draft(participant, E, text, text, admin, NOW)
    assert not EncryptionPassword.objects.exists()


@pytest.mark.ledger("ECP-66")
def test_a_new_password_is_used_once_it_is_confirmed_at_ecp(
    participant: Participant, admin: Acting
) -> None:
    first = passwords.draft(participant, E, GOOD, GOOD, admin, NOW)
    assert passwords.open_current(participant, E) is None
    passwords.confirm(first, DAY, admin, NOW)
    passwords.set_enabled(participant, E, True, admin, NOW)
    second = passwords.draft(participant, E, f"{GOOD}5", f"{GOOD}5", admin, NOW)
    assert passwords.open_current(participant, E) == GOOD
    assert encryption(participant, E, DAY).status == "Waiting to be confirmed at ECP"
    passwords.confirm(second, DAY, admin, NOW)
    assert passwords.open_current(participant, E) == f"{GOOD}5"
    view = encryption(participant, E, DAY)
    assert (view.is_enabled, view.status) == (True, "Registered")


@pytest.mark.ledger("ECP-62")
def test_the_last_five_passwords_are_refused_and_the_sixth_is_not(
    participant: Participant, admin: Acting
) -> None:
    texts = [f"{GOOD}{n}" for n in range(6)]
    for n, text in enumerate(texts):
        at = NOW + dt.timedelta(minutes=n)
        made = passwords.draft(participant, E, text, text, admin, at)
        passwords.confirm(made, DAY, admin, NOW)
    for text in texts[1:]:
        with pytest.raises(Refusal, match="last 5"):
            passwords.draft(participant, E, text, text, admin, NOW)
    passwords.draft(participant, E, texts[0], texts[0], admin, NOW)


@pytest.mark.ledger("ECP-63")
def test_three_months_later_the_change_is_due(
    participant: Participant, admin: Acting
) -> None:
    made = passwords.draft(participant, E, GOOD, GOOD, admin, NOW)
    passwords.confirm(made, DAY, admin, NOW)
    due = dt.date(2024, 6, 1)
    assert not encryption(participant, E, due - dt.timedelta(1)).is_due
    assert encryption(participant, E, due).is_due


def test_a_password_is_nowhere_in_the_clear(
    participant: Participant, admin: Acting
) -> None:
    made, text = passwords.generate(participant, E, admin, NOW)
    made.refresh_from_db()
    assert text.encode() not in bytes(made.sealed)
    assert text not in made.hashed
    rows = Activity.objects.values_list("description", "refs")
    assert text not in str(list(rows))


def test_a_feed_is_found_by_its_token_until_it_is_revoked(
    participant: Participant, admin: Acting
) -> None:
    key(account(participant))
    feed, token = feeds.make_feed(participant, admin, NOW)
    assert token not in str(CalendarFeed.objects.values())
    assert feed_reads.feed_of(token) == feed
    assert [one.on for one in feed_reads.events(participant, DAY)] == [
        dt.date(2026, 3, 1)
    ]
    feeds.revoke_feed(feed, admin, NOW)
    assert feed_reads.feed_of(token) is None
