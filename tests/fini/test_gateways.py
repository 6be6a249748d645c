"""Where the gateway of each environment is, read from the settings."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from fini.assertions import ClientAssertionType
from fini.gateways import NoGateway, environments, gateway
from tests.test_settings import read_settings

TEST = "https://connect-am.u2cp.hkex.com.hk:443"  # printed in guide D
REAL = {"DEPLOYMENT": "real", "FINI_TEST_URL": TEST}


def named(**fields: str) -> dict[str, Any]:
    return {"url": "", "audience": "", "ca_file": "", **fields}


@pytest.mark.ledger("FINI-29/P")
def test_each_environment_has_a_gateway_of_its_own(settings: Settings) -> None:
    settings.FINI_GATEWAYS = {
        "production": named(url="https://fini.example.com/", audience="urn:fini"),
        "test": named(url=TEST, ca_file="/etc/ca.pem"),
    }
    production, test = gateway("production"), gateway("test")
    assert (production.base_url, production.audience) == (
        "https://fini.example.com",
        "urn:fini",
    )
    assert (test.base_url, test.audience) == (TEST, f"{TEST}{test.token_path}")
    assert test.ca_file == Path("/etc/ca.pem")
    assert production.ca_file is None


@pytest.mark.ledger("FINI-29/P")
def test_the_token_path_is_a_setting_and_part_of_the_usual_audience(
    settings: Settings,
) -> None:
    settings.FINI_GATEWAYS = {"test": named(url=TEST)}
    settings.FINI_TOKEN_PATH = "/elsewhere/token"
    assert gateway("test").token_path == "/elsewhere/token"
    assert gateway("test").audience == f"{TEST}/elsewhere/token"


@pytest.mark.ledger("FINI-04/P")
def test_the_client_assertion_type_is_one_of_the_three(settings: Settings) -> None:
    settings.FINI_GATEWAYS = {"test": named(url=TEST)}
    for kind in ClientAssertionType:
        settings.FINI_CLIENT_ASSERTION_TYPE = kind.value
        assert gateway("test").client_assertion_type is kind


def test_an_environment_without_an_address_says_which_setting_it_lacks(
    settings: Settings,
) -> None:
    settings.FINI_GATEWAYS = {"production": named(), "test": named(url=TEST)}
    assert environments() == ["test"]
    with pytest.raises(NoGateway, match="FINI_PRODUCTION_URL"):
        gateway("production")


def test_a_real_deployment_knows_no_sandbox() -> None:
    told = read_settings("sorted(settings.FINI_GATEWAYS)", **REAL)
    assert told == "['production', 'test']"


def test_a_sandbox_knows_no_real_gateway() -> None:
    told = read_settings(
        "sorted(settings.FINI_GATEWAYS)", DEPLOYMENT="sandbox", FINI_TEST_URL=TEST
    )
    assert told == "['sandbox']"
