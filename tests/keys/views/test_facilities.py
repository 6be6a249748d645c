"""The site admin's facilities: presets, the line, HKEX's notice."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from keys.models import Facility, FacilityNotice, Host
from keys.presets import PRESETS, SANDBOX
from portal import clock
from portal.people.models import User
from portal.people.sessions import begin
from tests.keys.views import site
from tests.keys.views.conftest import Browser

HERE = "/site/facilities/"


@pytest.fixture
def sam(db: None) -> User:
    return site.site_admin("sam")


@pytest.fixture
def by_sam(browser: Browser, sam: User) -> Client:
    return browser(sam)


@pytest.fixture
def by_sam_for_real(by_sam: Client, settings: Settings) -> Client:
    """In a real deployment, with the second factor given."""
    settings.DEPLOYMENT = "real"
    session = by_sam.session
    begin(session, [{"method": "mfa", "type": "totp"}])
    session.save()
    return by_sam


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_sandbox_is_offered_what_is_on_loopback_only(
    by_sam: Client, settings: Settings
) -> None:
    settings.DEPLOYMENT = "sandbox"
    page = text(by_sam, HERE)
    assert "127.0.3.141" in page
    assert "10.1.93.131" not in page


@pytest.mark.ledger("ECP-70", "ECP-71", "ECP-75", "RAP-17", "RRS-12")
def test_a_real_deployment_is_offered_hkexs_own(
    by_sam_for_real: Client,
) -> None:
    page = text(by_sam_for_real, HERE)
    for preset in PRESETS:
        assert preset.name in page
        assert all(host.address in page for host in preset.hosts)
        assert preset.web in page


def test_a_preset_becomes_a_facility_with_unconfirmed_hosts(
    by_sam_for_real: Client,
) -> None:
    answer = by_sam_for_real.post(f"{HERE}add/", {"name": "RAP production"})
    made = Facility.objects.get()
    assert answer.headers["Location"] == f"{HERE}{made.pk}/"
    page = text(by_sam_for_real, f"{HERE}{made.pk}/")
    assert "10.152.14.142:18801" in page
    assert page.count("Not confirmed") == 4


def test_a_sandbox_refuses_hosts_beyond_this_machine(
    by_sam: Client, settings: Settings
) -> None:
    settings.DEPLOYMENT = "sandbox"
    answer = by_sam.post(f"{HERE}add/", {"name": "RAP production"})
    assert answer.status_code == 422
    assert not Facility.objects.exists()


def test_what_is_there_is_not_offered_twice(by_sam: Client, settings: Settings) -> None:
    settings.DEPLOYMENT = "sandbox"
    by_sam.post(f"{HERE}add/", {"name": SANDBOX[0].name})
    answer = by_sam.post(f"{HERE}add/", {"name": SANDBOX[0].name})
    assert answer.status_code == 422
    assert "There is a facility ECP sandbox already." in answer.content.decode()


@pytest.mark.ledger("ECP-18")
def test_the_line_gives_the_estimate_of_10_megabytes(by_sam: Client) -> None:
    pk = site.facility().pk
    by_sam.post(f"{HERE}{pk}/bandwidth/", {"megabits": "1"})
    assert Facility.objects.get().bandwidth_bps == 1_000_000
    assert "10 MB takes about 1 min 30 s" in text(by_sam, f"{HERE}{pk}/")


@pytest.mark.parametrize("megabits", ["", "ten", "0", "-1", "1e99", "NaN"])
def test_a_line_that_is_none_is_refused(by_sam: Client, megabits: str) -> None:
    pk = site.facility().pk
    answer = by_sam.post(f"{HERE}{pk}/bandwidth/", {"megabits": megabits})
    assert answer.status_code == 422
    assert Facility.objects.get().bandwidth_bps == 10_000_000


@pytest.mark.ledger("RAP-21")
@pytest.mark.parametrize("platform", ["RAP", "RRS"])
def test_hkexs_notice_is_recorded_and_ended(by_sam: Client, platform: str) -> None:
    pk = site.facility(platform).pk
    said = {"reference": "CT/012/24", "noticed_at": "2024-03-01 14:20"}
    by_sam.post(f"{HERE}{pk}/notice/", said)
    notice = FacilityNotice.objects.get()
    assert notice.noticed_at == dt.datetime(2024, 3, 1, 6, 20, tzinfo=dt.UTC)
    assert "CT/012/24" in text(by_sam, f"{HERE}{pk}/")
    by_sam.post(f"{HERE}{pk}/notice/end/")
    notice.refresh_from_db()
    assert notice.ended_at


def test_a_notice_from_the_future_is_refused(by_sam: Client) -> None:
    pk = site.facility("RAP").pk
    tomorrow = clock.now() + dt.timedelta(days=1)
    said = {"reference": "CT/012/24", "noticed_at": f"{tomorrow:%Y-%m-%d %H:%M}"}
    assert by_sam.post(f"{HERE}{pk}/notice/", said).status_code == 422


def test_ecp_needs_no_notice(by_sam: Client) -> None:
    page = text(by_sam, f"{HERE}{site.facility('ECP').pk}/")
    assert "Record HKEX’s notice" not in page


def test_a_halted_facility_says_what_it_means(by_sam: Client) -> None:
    pk = site.facility().pk
    Facility.objects.update(halted_since=clock.now())
    assert "Nothing is sent here since" in text(by_sam, f"{HERE}{pk}/")
    assert "Halted: a key changed" in text(by_sam, HERE)


def test_the_pages_do_a_constant_number_of_queries(
    by_sam_for_real: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for preset in PRESETS:
        by_sam_for_real.post(f"{HERE}add/", {"name": preset.name})
    with django_assert_max_num_queries(6):
        text(by_sam_for_real, HERE)
    pk = Host.objects.all()[0].facility_id
    with django_assert_max_num_queries(8):
        text(by_sam_for_real, f"{HERE}{pk}/")


def test_a_sandbox_says_why_nothing_of_hkex_can_be_added(
    by_sam: Client, settings: Settings
) -> None:
    settings.DEPLOYMENT = "sandbox"
    assert "own facilities cannot be added here" in text(by_sam, HERE)


def test_a_real_deployment_does_not_say_so(by_sam_for_real: Client) -> None:
    assert "cannot be added here" not in text(by_sam_for_real, HERE)
