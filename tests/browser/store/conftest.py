"""A site of its own, whose settings name a folder to hand files over to."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import StorageState

from tests.browser.site import Site


@pytest.fixture(scope="package")
def office() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="portal-office-") as made:
        yield Path(made)


@pytest.fixture(scope="package")
def site(office: Path) -> Iterator[Site]:
    with Site(HAND_OVER_FOLDERS=f"CP00010.back-office={office}") as running:
        running.call("tests.browser.scenes:cast")
        yield running


@pytest.fixture(scope="package")
def _states(site: Site) -> dict[str, StorageState]:
    """Of this site alone: another's cookies are none here."""
    return {}
