"""A host's key: asked without a login, proposed by one person, confirmed by another."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import Facility, Host, HostKeyConfirmation, PreFlight
from keys.refusals import Refusal
from keys.services import host_keys, pre_flights
from keys.views.host_lines import fingerprint
from portal import clock
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.people.models import User
from tests.keys.views import site
from tests.keys.views.conftest import Browser


@pytest.fixture
def sam(db: None) -> User:
    return site.site_admin("sam")


@pytest.fixture
def by_sam(browser: Browser, sam: User) -> Client:
    return browser(sam)


@pytest.fixture
def by_tess(browser: Browser, db: None) -> Client:
    """The second site admin's."""
    return browser(site.site_admin("tess"))


@pytest.fixture
def fresh(db: None) -> Host:
    """Nobody knows its key yet."""
    return site.host(site.facility())


@pytest.fixture
def pinned(db: None) -> Host:
    return site.host(site.facility(), site.FIRST_KEY)


def at(host: Host, action: str = "") -> str:
    return f"/site/facilities/hosts/{host.pk}/{action}"


def text(client: Client, host: Host) -> str:
    answer = client.get(at(host))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_host_begins_unconfirmed(by_sam: Client, fresh: Host) -> None:
    page = text(by_sam, fresh)
    assert "No key; the host is not used" in page
    assert "Not confirmed" in page


def test_a_pre_flight_is_asked_for_once_and_shown_live(
    by_sam: Client, fresh: Host
) -> None:
    by_sam.post(at(fresh, "pre-flight/"))
    assert "A worker asks the host what it offers" in text(by_sam, fresh)
    assert 'hx-trigger="every 1s"' in text(by_sam, fresh)
    again = by_sam.post(at(fresh, "pre-flight/"), follow=True).content.decode()
    assert "is under way" in again


@pytest.fixture
def closed(fresh: Host) -> Host:
    Host.objects.update(address="127.0.0.1", port=9)
    fresh.refresh_from_db()
    return fresh


def test_the_worker_keeps_why_nothing_was_learned(
    by_sam: Client, closed: Host, sam: User
) -> None:
    pre_flights.ask(closed, sam)
    pre_flights.run(closed.pk)
    assert "Nothing was learned at" in text(by_sam, closed)
    closed.refresh_from_db()
    assert closed.pre_flight_asked_at is None


def test_a_doubled_message_makes_one_pre_flight(closed: Host, sam: User) -> None:
    pre_flights.ask(closed, sam)
    pre_flights.run(closed.pk)
    pre_flights.run(closed.pk)
    assert PreFlight.objects.count() == 1


def test_shared_and_missing_algorithms_are_listed(by_sam: Client, fresh: Host) -> None:
    site.pre_flight(fresh, host_keys=["rsa-sha2-512", "ssh-rsa"])
    page = text(by_sam, fresh)
    assert "rsa-sha2-256" in page
    assert "1 shared" in page


@pytest.mark.ledger("RRS-14/P")
def test_nothing_shared_is_told_in_plain_words(by_sam: Client, fresh: Host) -> None:
    site.pre_flight(fresh, "", host_keys=["ssh-rsa"], signatures=["ssh-rsa"])
    page = text(by_sam, fresh)
    assert page.count("<h2>Nothing is shared</h2>") == 2
    assert "Ask HKEX to enable rsa-sha2-256 or rsa-sha2-512" in page


def test_one_proposes_what_the_host_shows_and_another_confirms(
    by_sam: Client, by_tess: Client, fresh: Host
) -> None:
    site.pre_flight(fresh)
    by_sam.post(at(fresh, "propose/"))
    fresh.refresh_from_db()
    assert not fresh.host_key
    assert "another site administrator" in text(by_sam, fresh)
    assert "Confirm this key" in text(by_tess, fresh)
    by_tess.post(at(fresh, "decide/"), {"decision": "approve"})
    fresh.refresh_from_db()
    assert fresh.host_key == site.FIRST_KEY
    assert fresh.confirmed_at


def test_what_waits_for_a_second_person_stands_above_all_facilities(
    by_sam: Client, by_tess: Client, fresh: Host
) -> None:
    site.pre_flight(fresh)
    by_sam.post(at(fresh, "propose/"))
    said = HostKeyConfirmation.objects.get()
    listed = by_tess.get("/site/facilities/").content.decode()
    assert f'id="awaiting-{said.pk}"' in listed
    assert "Yours to compare" in listed
    own = by_sam.get("/site/facilities/").content.decode()
    assert "You said it: another person decides" in own
    by_tess.post(at(fresh, "decide/"), {"decision": "approve"})
    assert "awaiting-" not in by_tess.get("/site/facilities/").content.decode()


def test_a_key_that_came_back_can_be_confirmed_again(
    by_sam: Client, pinned: Host
) -> None:
    site.pre_flight(pinned)
    assert "It is HKEX’s key" not in text(by_sam, pinned)
    alerts.raise_(
        "host-key",
        str(pinned.pk),
        participant=None,
        severity=Severity.BAD,
        title="",
        body="",
    )
    assert "It is HKEX’s key" in text(by_sam, pinned)


def test_nobody_confirms_their_own(by_sam: Client, fresh: Host) -> None:
    site.pre_flight(fresh)
    by_sam.post(at(fresh, "propose/"))
    answer = by_sam.post(at(fresh, "decide/"), {"decision": "approve"})
    assert answer.status_code == 422
    fresh.refresh_from_db()
    assert not fresh.host_key


def test_a_decline_needs_a_reason(by_sam: Client, by_tess: Client, fresh: Host) -> None:
    site.pre_flight(fresh)
    by_sam.post(at(fresh, "propose/"))
    assert (
        by_tess.post(at(fresh, "decide/"), {"decision": "decline"}).status_code == 422
    )
    said = {"decision": "decline", "reason": "HKEX names another one"}
    by_tess.post(at(fresh, "decide/"), said)
    assert "Declined" in text(by_sam, fresh)


def test_a_typed_fingerprint_is_held_against_what_the_host_shows(
    by_sam: Client, fresh: Host
) -> None:
    site.pre_flight(fresh)
    typed = {"fingerprint": fingerprint(site.OTHER_KEY)}
    wrong = by_sam.post(at(fresh, "fingerprint/"), typed)
    assert "shows another key than this fingerprint" in wrong.content.decode()
    by_sam.post(at(fresh, "fingerprint/"), {"fingerprint": fingerprint(site.FIRST_KEY)})
    assert HostKeyConfirmation.objects.get().source == "typed"


def test_nothing_is_proposed_before_a_pre_flight(by_sam: Client, fresh: Host) -> None:
    answer = by_sam.post(at(fresh, "propose/"), follow=True)
    assert "Make a pre-flight first." in answer.content.decode()


def test_a_changed_key_shows_old_and_new_and_what_it_means(
    by_sam: Client, pinned: Host
) -> None:
    site.pre_flight(pinned, site.OTHER_KEY)
    page = text(by_sam, pinned)
    assert "The key of this host has changed" in page
    assert fingerprint(site.FIRST_KEY) in page
    assert fingerprint(site.OTHER_KEY) in page
    assert "somebody else answers in its place" in page


def test_the_confirmed_change_ends_the_halt(
    by_sam: Client, by_tess: Client, pinned: Host
) -> None:
    Facility.objects.update(halted_since=clock.now())
    site.pre_flight(pinned, site.OTHER_KEY)
    by_sam.post(at(pinned, "propose/"))
    assert "In place of" in text(by_tess, pinned)
    by_tess.post(at(pinned, "decide/"), {"decision": "approve"})
    assert Facility.objects.get().halted_since is None


def test_a_decision_that_somebody_else_took_is_told(
    by_sam: Client, fresh: Host
) -> None:
    answer = by_sam.post(at(fresh, "decide/"), {"decision": "approve"}, follow=True)
    assert "No key of this host waits" in answer.content.decode()


def test_a_second_proposal_waits_for_the_first(sam: User, fresh: Host) -> None:
    seen = site.pre_flight(fresh)
    host_keys.propose_host_key(seen, sam, clock.now())
    with pytest.raises(Refusal):
        host_keys.propose_host_key(seen, sam, clock.now())


def test_the_page_does_a_constant_number_of_queries(
    by_sam: Client,
    fresh: Host,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(20):
        site.pre_flight(fresh)
    with django_assert_max_num_queries(11):
        text(by_sam, fresh)
