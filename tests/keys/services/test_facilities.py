"""Facilities: presets, notices, the site that may be tried, host keys by two people."""

import pytest
from pytest_django import Settings

from keys.models import Facility, Host, Platform, PreFlight, Site
from keys.presets import PRESETS
from keys.refusals import Refusal
from keys.selectors.facilities import (
    facilities,
    facility,
    hosts_to_try,
    upload_seconds,
    why_not_secondary,
)
from keys.services import facilities as services
from keys.services import host_keys
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.approvals.refusals import CannotDecide
from portal.exchange.fingerprints import sha256_fingerprint
from portal.exchange.hosts import Host as There
from portal.people.models import Participant, User
from tests.keys.builders import NOW, account
from tests.keys.views.site import FIRST_KEY, OTHER_KEY
from tests.sandbox.keys import public_line


@pytest.fixture(autouse=True)
def _real(settings: Settings) -> None:
    """A sandbox deployment has no facility of HKEX's."""
    settings.DEPLOYMENT = "real"


@pytest.fixture
def admins(db: None) -> tuple[User, User]:
    """Two site admins."""
    one, two = (
        User.objects.create(username=name, is_site_admin=True)
        for name in ("sam", "sue")
    )
    return one, two


@pytest.mark.ledger("ECP-70", "ECP-71", "RAP-17", "RRS-12", "ECP-74", "ECP-75")
def test_a_preset_becomes_a_facility_with_unconfirmed_hosts(
    admins: tuple[User, User],
) -> None:
    for preset in PRESETS:
        made = services.apply_preset(preset, admins[0], NOW)
        hosts = list(made.hosts.values_list("site", "order", "address", "port"))
        assert hosts == [(h.site, h.order, h.address, h.port) for h in preset.hosts]
        assert made.web == preset.web
        assert made.login_is == preset.login_is
    assert not Host.objects.exclude(confirmed_at=None).exists()
    with pytest.raises(Refusal, match="already"):
        services.apply_preset(PRESETS[0], admins[0], NOW)


@pytest.mark.ledger("ECP-18")
def test_ten_megabytes_take_a_minute_and_a_half_on_one_megabit(
    admins: tuple[User, User],
) -> None:
    made = services.apply_preset(PRESETS[0], admins[0], NOW)
    services.set_bandwidth(made, 1_000_000, admins[0], NOW)
    assert upload_seconds(10_000_000, made) == 90


def sites(of: object) -> list[str]:
    return [host.site for host in hosts_to_try(of)]  # type: ignore[arg-type]


@pytest.mark.ledger("RAP-21")
@pytest.mark.parametrize("preset", [p for p in PRESETS if p.platform != "ECP"])
def test_the_secondary_site_waits_for_hkexs_notice_or_the_policy(
    participant: Participant, admins: tuple[User, User], preset: object
) -> None:
    made = services.apply_preset(preset, admins[0], NOW)  # type: ignore[arg-type]
    of = account(participant, Platform(made.platform))
    of.facility = made
    assert sites(of) == ["primary"] * 2
    assert "notice" in why_not_secondary(of)
    notice = services.record_notice(made, "CIR-1", NOW, admins[0], NOW)
    assert sites(of) == ["primary"] * 2 + ["secondary"] * 2
    assert why_not_secondary(of) == ""
    services.end_notice(notice, admins[0], NOW)
    assert sites(of) == ["primary"] * 2
    of.may_fail_over = True
    assert sites(of) == ["primary"] * 2 + ["secondary"] * 2


@pytest.mark.ledger("ECP-72/P")
def test_ecp_goes_through_all_hosts_in_their_order(
    participant: Participant, admins: tuple[User, User]
) -> None:
    of = account(participant)
    of.facility = services.apply_preset(PRESETS[0], admins[0], NOW)
    assert sites(of) == ["primary"] * 2 + ["secondary"] * 2


@pytest.fixture
def seen(admins: tuple[User, User]) -> PreFlight:
    made = services.apply_preset(PRESETS[0], admins[0], NOW)
    return PreFlight.objects.create(
        host=made.hosts.all()[0], at=NOW, host_key=public_line()
    )


def test_a_host_key_is_pinned_by_two_people(
    seen: PreFlight, admins: tuple[User, User]
) -> None:
    host_keys.propose_host_key(seen, admins[0], NOW)
    asked = Approval.objects.get()
    with pytest.raises(CannotDecide):
        approvals.decide(asked, admins[0], True, "", NOW)
    seen.host.refresh_from_db()
    assert seen.host.host_key == ""
    approvals.decide(asked, admins[1], True, "", NOW)
    seen.host.refresh_from_db()
    assert seen.host.host_key == public_line()
    assert seen.host.confirmed_at == NOW


def test_confirming_lets_a_halted_facility_go_on(
    seen: PreFlight, admins: tuple[User, User]
) -> None:
    facility_ = seen.host.facility
    facility_.halted_since = NOW
    facility_.save()
    host_keys.propose_host_key(seen, admins[0], NOW)
    approvals.decide(Approval.objects.get(), admins[1], True, "", NOW)
    facility_.refresh_from_db()
    assert facility_.halted_since is None


def changed(host: Host) -> None:
    """A visit has seen another key there than the confirmed one."""
    Host.objects.filter(pk=host.pk).update(host_key=public_line(), confirmed_at=NOW)
    alerts.raise_(
        "host-key",
        str(host.pk),
        participant=None,
        severity=Severity.BAD,
        title=f"The host key of {host} has changed",
        body="",
    )


def confirmed(seen: PreFlight, admins: tuple[User, User]) -> None:
    host_keys.propose_host_key(seen, admins[0], NOW)
    asked = Approval.objects.get(status=ApprovalStatus.PENDING)
    approvals.decide(asked, admins[1], True, "", NOW)


def test_a_facility_stays_halted_while_another_host_still_shows_a_changed_key(
    seen: PreFlight, admins: tuple[User, User]
) -> None:
    facility_ = seen.host.facility
    Facility.objects.update(halted_since=NOW)
    other = facility_.hosts.all()[1]
    changed(seen.host)
    changed(other)
    confirmed(seen, admins)
    facility_.refresh_from_db()
    assert facility_.halted_since == NOW
    there = PreFlight.objects.create(host=other, at=NOW, host_key=public_line())
    confirmed(there, admins)
    facility_.refresh_from_db()
    assert facility_.halted_since is None


def test_a_key_that_a_pre_flight_saw_change_keeps_the_facility_halted(
    seen: PreFlight, admins: tuple[User, User]
) -> None:
    facility_ = seen.host.facility
    Facility.objects.update(halted_since=NOW)
    other = facility_.hosts.all()[1]
    Host.objects.filter(pk=other.pk).update(host_key=FIRST_KEY, confirmed_at=NOW)
    PreFlight.objects.create(host=other, at=NOW, host_key=OTHER_KEY)
    confirmed(seen, admins)
    facility_.refresh_from_db()
    assert facility_.halted_since == NOW


def test_nobody_who_is_no_site_admin_confirms(
    seen: PreFlight, admins: tuple[User, User], bob: User
) -> None:
    host_keys.propose_host_key(seen, admins[0], NOW)
    with pytest.raises(CannotDecide):
        approvals.decide(Approval.objects.get(), bob, True, "", NOW)


def test_a_typed_fingerprint_must_be_the_one_shown(
    seen: PreFlight, admins: tuple[User, User]
) -> None:
    shown = sha256_fingerprint(There("", 0, public_line()).pinned or b"")
    for typed in ("SHA256:" + "A" * 43, "nonsense"):
        with pytest.raises(Refusal):
            host_keys.propose_fingerprint(seen.host, typed, admins[0], NOW)
    said = host_keys.propose_fingerprint(seen.host, shown, admins[0], NOW)
    assert said.fingerprint == shown


def test_the_pages_of_facilities_ask_a_constant_number_of_questions(
    seen: PreFlight, admins: tuple[User, User], django_assert_num_queries: object
) -> None:
    for preset in PRESETS[1:]:
        services.apply_preset(preset, admins[0], NOW)
    with django_assert_num_queries(2):  # type: ignore[operator]
        listed = facilities()
    assert [row.hosts for row in listed] == [
        len(p.hosts) for p in sorted(PRESETS, key=lambda p: p.name)
    ]
    with django_assert_num_queries(5):  # type: ignore[operator]
        page = facility(seen.host.facility_id)
    assert [row.host.site for row in page.hosts][:2] == [Site.PRIMARY] * 2
    assert page.hosts[0].pre_flight == seen
