"""What expires: the line of time, the table, taking note, Today's panel."""

import datetime as dt
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import ExpiryAcknowledgment, ExpiryNotice, SftpAccount, SshKey
from portal import clock
from portal.people.models import Participant, User
from tests.keys.views import builders
from tests.keys.views.conftest import Browser

HERE = "/p/CP00010/expiry/"
DAY = dt.timedelta(1)
TWO_YEARS = 731  # about: the page says how many exactly


def text(client: Client, path: str = HERE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def near(ecp: SftpAccount) -> SshKey:
    """Ends in about ten days."""
    on = clock.today() - (TWO_YEARS - 10) * DAY
    return builders.registered(ecp, on)


def told(key: SshKey) -> dict[str, str]:
    """The portal has warned of its end; what the button posts."""
    ends = key.registered_on.replace(year=key.registered_on.year + 2)  # type: ignore[union-attr]
    ExpiryNotice.objects.create(
        participant=key.account.participant,
        subject=key.pk,
        expires_on=ends,
        days=30,
        told_on=clock.today(),
    )
    return {"subject": str(key.pk), "expires_on": str(ends)}


def test_it_begins_empty(by_charlie: Client) -> None:
    assert "Nothing expires yet" in text(by_charlie)


def test_a_key_near_its_end_is_drawn_and_listed(
    by_charlie: Client, near: SshKey
) -> None:
    page = text(by_charlie)
    assert '<rect class="bar" x="0.00%"' in page
    assert f'id="row-{near.pk}" data-s="warn"' in page
    assert "Renew now" in page


def test_both_keys_of_an_account_stand_side_by_side(
    by_charlie: Client, ecp: SftpAccount, near: SshKey
) -> None:
    other = builders.account(ecp.participant)
    builders.registered(other, clock.today() - 100 * DAY)
    builders.renewed(ecp, clock.today() - 3 * DAY, proved_at=clock.now())
    rows = re.findall(
        r'id="row-[^"]+"[^>]*><th scope="row"><a [^>]*>(\w+)<', text(by_charlie)
    )
    assert len(rows) == 3
    assert rows.count(ecp.login_id) == 2
    assert rows[1] == ecp.login_id


def test_an_open_page_gets_the_part_alone(by_charlie: Client, near: SshKey) -> None:
    part = by_charlie.get(HERE, headers={"X-Partial": "1"}).content.decode()
    assert part.startswith('<div class="stack" id="expiry"')


def test_a_person_takes_note(by_charlie: Client, near: SshKey, charlie: User) -> None:
    by_charlie.post(f"{HERE}acknowledge/", told(near))
    assert ExpiryAcknowledgment.objects.get().user == charlie
    page = text(by_charlie)
    assert "Noted" in page
    assert "Take note" not in page


def test_taking_note_twice_is_told(by_charlie: Client, near: SshKey) -> None:
    posted = told(near)
    by_charlie.post(f"{HERE}acknowledge/", posted)
    again = by_charlie.post(f"{HERE}acknowledge/", posted, follow=True)
    assert "Somebody has taken note of it already." in again.content.decode()


@pytest.mark.parametrize("subject", ["", "x", "' OR 1=1"])
def test_taking_note_of_nothing_records_nothing(
    by_charlie: Client, subject: str
) -> None:
    posted = {"subject": subject, "expires_on": "2024-03-01"}
    answer = by_charlie.post(f"{HERE}acknowledge/", posted, follow=True)
    assert "Nothing was recorded." in answer.content.decode()


def test_compliance_reads_and_has_no_button(
    browser: Browser, dora: User, near: SshKey
) -> None:
    told(near)
    assert "Take note" not in text(browser(dora))


def test_another_participants_are_not_listed(
    by_charlie: Client, other_participant: Participant
) -> None:
    theirs = builders.account(other_participant, login_id="theirs1")
    builders.registered(theirs)
    assert "theirs1" not in text(by_charlie)


def test_a_long_list_goes_on_at_the_next_page(
    by_charlie: Client, participant: Participant
) -> None:
    for _ in range(101):
        builders.registered(builders.account(participant))
    first = text(by_charlie)
    assert "All 101" in first
    assert "40 of 101 are drawn" in first
    later = first.split('" rel="next"')[0].split('href="')[-1]
    assert text(by_charlie, f"{HERE}{later}").count('<tr id="row-') == 1


def test_an_unknown_place_in_the_list_is_its_beginning(
    by_charlie: Client, near: SshKey
) -> None:
    assert f"row-{near.pk}" in text(by_charlie, f"{HERE}?after=%00x")


def test_today_shows_what_expires(by_charlie: Client, near: SshKey) -> None:
    panel = text(by_charlie, "/p/CP00010/panel/expires/")
    assert "What expires in the next 12 months" in panel
    assert near.account.login_id in panel


def test_the_page_does_a_constant_number_of_queries(
    by_charlie: Client,
    participant: Participant,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(20):
        builders.registered(builders.account(participant))
    text(by_charlie)
    with django_assert_max_num_queries(16):
        text(by_charlie)
