"""Second factors are sealed anew when a newer master key stands in front."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from pytest_django import Settings

from portal.people import sealed
from portal.people.models import User

NEW = b"n" * 32


@pytest.fixture
def factors(alice: User) -> list[Authenticator]:
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(alice)
    return list(Authenticator.objects.order_by("pk"))


def test_both_kinds_open_with_the_newest_key_alone(
    factors: list[Authenticator], alice: User, settings: Settings
) -> None:
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    before = codes.get_unused_codes()
    settings.MASTER_KEYS = [NEW, *settings.MASTER_KEYS]
    assert list(sealed.reseal()) == ["done", "done"]
    assert list(sealed.reseal()) == ["kept", "kept"]
    settings.MASTER_KEYS = [NEW]
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert codes.get_unused_codes() == before


def test_what_does_not_open_is_named_and_left(
    factors: list[Authenticator], settings: Settings
) -> None:
    settings.MASTER_KEYS = [NEW]
    told = list(sealed.reseal())
    assert all(one.startswith("unopened mfa_authenticator") for one in told)
    assert [row.data for row in Authenticator.objects.order_by("pk")] == [
        row.data for row in factors
    ]
