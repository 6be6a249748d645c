"""One account's page: slots, drawing, renewal, addresses, and who may do what."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from keys.models import (
    Host,
    KeyRenewal,
    Login,
    LoginOutcome,
    LoginPurpose,
    RemoteIp,
    SftpAccount,
)
from keys.renewal_states import RenewalStatus
from portal import clock
from portal.people.models import Identity, Participant, User
from tests.keys.views import builders
from tests.keys.views.conftest import Browser

R = RenewalStatus
TWO_WEEKS = dt.timedelta(14)


def shown(client: Client, page: str) -> str:
    return client.get(page).content.decode()


@pytest.mark.ledger("ECP-58")
def test_each_key_shows_slot_dates_and_fingerprints_then_the_addresses(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    key = builders.registered(ecp, dt.date(2026, 1, 15))
    RemoteIp.objects.create(
        account=ecp, address="10.163.3.44", registered_on=clock.today()
    )
    text = shown(by_charlie, page)
    wanted = (
        *("Current key", "Creation Date", "15 January 2026"),
        *("Expiration Date", "Last day 14 January 2028"),
        *(key.fingerprint_md5[:-8], key.fingerprint_md5[-8:]),
        *(key.fingerprint_sha256[:-8], "Remote IP addresses", "10.163.3.44"),
    )
    places = [text.find(one) for one in wanted]
    assert -1 not in places
    assert text.index("Fingerprint") < text.index("Remote IP addresses")


def test_a_renewed_key_stands_beside_the_current_one_and_both_are_drawn(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    builders.registered(ecp, clock.today() - dt.timedelta(400))
    builders.renewed(ecp)
    text = shown(by_charlie, page)
    assert "Becomes the Current key on" in text
    assert "shortened by the renewal" in text
    assert "Both keys log in" in text
    assert 'class="bar-a"' in text


def test_the_drawing_has_a_table_for_those_who_do_not_see_it(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    builders.registered(ecp)
    text = shown(by_charlie, page)
    assert "Which key logs in, and when" in text
    assert "No key logs in" in text


@pytest.mark.parametrize("who", ["alice", "bob", "dora"])
def test_others_than_administrators_read_only(
    browser: Browser,
    request: pytest.FixtureRequest,
    who: str,
    ecp: SftpAccount,
    page: str,
) -> None:
    builders.registered(ecp)
    user: User = request.getfixturevalue(who)
    text = shown(browser(user), page)
    assert "Current key" in text
    assert "Renew the key" not in text
    assert "Make a key" not in text
    assert "compromised/" not in text


@pytest.mark.ledger("ECP-57")
def test_an_account_of_wings_only_identities_offers_nothing(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    Identity.objects.update(wings_only=True)
    text = shown(by_charlie, page)
    assert "Through SFC WINGS only" in text
    assert "Make a key" not in text
    answer = by_charlie.get(f"{page}make/", follow=True)
    assert "has no SFTP and no keys" in answer.content.decode()


@pytest.mark.parametrize("status", [s.value for s in RenewalStatus])
def test_a_renewal_shows_its_steps_in_every_state(
    by_charlie: Client, ecp: SftpAccount, page: str, status: str
) -> None:
    builders.registered(ecp)
    builders.renewal(ecp, RenewalStatus(status))
    text = shown(by_charlie, page)
    assert text.count("<b>Prove it</b>") == 1
    assert text.count("btn-primary") <= 1


def test_a_rejected_renewal_shows_hkexs_words_and_that_the_old_key_stays(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    builders.registered(ecp)
    builders.renewal(
        ecp, R.REJECTED, rejection_code="4007", rejection_reason="Invalid <name>"
    )
    text = shown(by_charlie, page)
    assert "4007 Invalid &lt;name&gt;" in text
    assert "The old key stays in use." in text


@pytest.mark.ledger("ECP-67")
def test_a_compromised_key_marks_its_account(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    builders.registered(ecp, compromised_on=clock.today())
    assert "is compromised" in shown(by_charlie, page)


def test_no_private_half_is_on_the_page(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    by_charlie.post(f"{page}make/", {"bits": "2048"})
    assert "PRIVATE" not in shown(by_charlie, page)


def test_the_live_part_is_the_pages_own(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    builders.renewal(ecp, R.QUEUED)
    part = by_charlie.get(f"{page}state/").content.decode()
    assert part.startswith('<div class="stack" id="state"')
    assert f"account:{ecp.pk}" in part


def test_another_participants_account_is_not_there(
    by_charlie: Client, other_participant: Participant
) -> None:
    theirs = builders.account(other_participant)
    answer = by_charlie.get(f"/p/CP00010/keys/accounts/{theirs.pk}/")
    assert answer.status_code == 404


def test_a_long_past_asks_no_more_of_the_database(
    by_charlie: Client,
    participant: Participant,
    ecp: SftpAccount,
    page: str,
    django_assert_max_num_queries: Any,
) -> None:
    day = clock.today() - dt.timedelta(700)
    for n in range(12):
        builders.registered(ecp, day + n * TWO_WEEKS)
        builders.account(participant, "RAP")
    KeyRenewal.objects.all().delete()
    builders.renewal(ecp, R.QUEUED)
    with django_assert_max_num_queries(34):
        shown(by_charlie, page)


def test_a_key_that_is_only_said_to_be_registered_can_be_taken_back(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    Participant.objects.update(approval_required=False)
    old = builders.registered(ecp, proved_at=clock.now())
    new = builders.key(ecp)
    register = f"/p/CP00010/keys/key/{new.pk}/register/"
    by_charlie.post(register, {"on": str(clock.today())})
    page = f"/p/CP00010/keys/accounts/{ecp.pk}/"
    text = by_charlie.get(page).content.decode()
    assert "The old key stays in use until the new one has logged in." in text
    assert "It was not registered: take the record back" in text
    assert old.fingerprint_md5 in text
    by_charlie.post(f"/p/CP00010/keys/key/{new.pk}/back/")
    new.refresh_from_db()
    assert new.registered_on is None


def test_a_refused_login_of_a_new_key_is_told_with_its_moment(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    builders.registered(ecp, proved_at=clock.now())
    new = builders.registered(ecp)
    host = Host.objects.create(
        facility=ecp.facility, site="primary", order=1, address="127.0.0.1", port=22
    )
    Login.objects.create(
        account=ecp,
        key=new,
        host=host,
        purpose=LoginPurpose.VISIT,
        at=clock.now(),
        outcome=LoginOutcome.REFUSED,
    )
    text = by_charlie.get(f"/p/CP00010/keys/accounts/{ecp.pk}/").content.decode()
    assert "HKEX did not let in the new key" in text


def test_a_compromised_key_is_not_told_as_one_that_logs_in(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    today = clock.today()
    builders.registered(ecp, today - TWO_WEEKS, compromised_on=today)
    builders.renewed(ecp, today, proved_at=clock.now())
    text = shown(by_charlie, page)
    assert "Both keys log in" not in text
    assert "Only the renewed key logs in" in text


def test_a_replaced_key_is_called_so_as_on_the_list_of_ends(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    today = clock.today()
    builders.registered(ecp, today - TWO_WEEKS, proved_at=clock.now())
    builders.renewed(ecp, today, proved_at=clock.now())
    assert "Replaced" in shown(by_charlie, page)
