"""Each test starts with nobody locked out."""

import pytest
from django.core.cache import cache

from portal.people.models import User
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def nobody_locked() -> None:
    cache.clear()


@pytest.fixture
def site_mak(db: None) -> User:
    """Looks after the site; belongs to no participant."""
    return User.objects.create_user(
        "site.mak", "site.mak@example.test", PASSWORD, is_site_admin=True
    )
