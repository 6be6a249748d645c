"""The facilities as the guides print them."""

import pytest

from keys.models import Environment, Platform, Site
from keys.presets import CCCG, OCG_C, PRESETS, FacilityPreset


def preset(name: str) -> FacilityPreset:
    return next(p for p in PRESETS if p.name == name)


def hosts(name: str, site: str) -> list[tuple[str, int]]:
    """In the order in which they are tried."""
    return [(h.address, h.port) for h in preset(name).hosts if h.site == site]


@pytest.mark.ledger("ECP-70")
@pytest.mark.parametrize(("network", "octet"), [(OCG_C, 93), (CCCG, 145)])
def test_ecp_in_production(network: str, octet: int) -> None:
    name = f"ECP production, {network}"
    for site, second in (("primary", 1), ("secondary", 2)):
        assert hosts(name, site) == [
            (f"10.{second}.{octet}.131", 18801),
            (f"10.{second}.{octet}.132", 18801),
        ]


@pytest.mark.ledger("ECP-71")
@pytest.mark.parametrize(("network", "octet"), [(OCG_C, 93), (CCCG, 145)])
def test_ecp_in_the_end_to_end_test(network: str, octet: int) -> None:
    name = f"ECP end-to-end test, {network}"
    assert hosts(name, "primary") == [(f"10.1.{octet}.228", 18801)]
    assert hosts(name, "secondary") == []


@pytest.mark.ledger("RAP-17")
def test_rap() -> None:
    assert hosts("RAP production", "primary") == [
        ("10.151.14.141", 18801),
        ("10.151.14.142", 18801),
    ]
    assert hosts("RAP production", "secondary") == [
        ("10.152.14.141", 18801),
        ("10.152.14.142", 18801),
    ]


@pytest.mark.ledger("RRS-12")
def test_rrs() -> None:
    assert hosts("RRS production", "primary") == [
        ("10.151.14.121", 10022),
        ("10.151.14.122", 10022),
    ]
    assert hosts("RRS production", "secondary") == [
        ("10.152.14.121", 10022),
        ("10.152.14.122", 10022),
    ]


def test_the_web_of_ecp_follows_the_environment() -> None:
    assert preset(f"ECP production, {CCCG}").web == "https://ecp2.hkex.com.hk"
    test = preset(f"ECP end-to-end test, {OCG_C}")
    assert test.web == "https://ecp2.e2etest.hkex.com.hk"
    assert test.login_is == "OTP-C E2E Test Portal ID"


def test_the_presets_use_the_words_of_the_models() -> None:
    assert {p.platform for p in PRESETS} <= set(Platform.values)
    assert {p.environment for p in PRESETS} <= set(Environment.values)
    assert {h.site for p in PRESETS for h in p.hosts} <= set(Site.values)


def test_no_two_presets_have_the_same_name() -> None:
    assert len({p.name for p in PRESETS}) == len(PRESETS)
