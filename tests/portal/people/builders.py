"""Signing in as people do, with real one-time codes."""

import time
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from portal.activity.models import Activity
from portal.people.models import User
from tests.conftest import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADDRESS = "10.163.3.44"


def sign_in(
    client: Client, name: str, password: str = PASSWORD, address: str = ADDRESS
) -> Any:
    return client.post(
        reverse("account_login"),
        {"login": name, "password": password},
        REMOTE_ADDR=address,
    )


def with_app(user: User) -> User:
    """The user with an authenticator app of SECRET."""
    totp.TOTP.activate(user, SECRET)
    return user


def code(secret: str = SECRET, half_minutes_ago: int = 0) -> str:
    counter = int(time.time()) // 30 - half_minutes_ago
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def wrong_code(secret: str = SECRET) -> str:
    """Six digits that neither now nor lately were right."""
    near = {code(secret, back) for back in range(-3, 15)}
    return next(f"{n:06}" for n in range(100) if f"{n:06}" not in near)


def send_code(client: Client, digits: str) -> Any:
    return client.post(
        reverse("mfa_authenticate"), {"code": digits}, REMOTE_ADDR=ADDRESS
    )


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def age(client: Client, key: str, seconds: float) -> None:
    """Make the session older: `key` is "seen" or "began"."""
    session = client.session
    session[key] -= seconds
    session.save()


def activities(kind: str) -> list[Activity]:
    return list(
        Activity.objects.filter(kind=kind).select_related("chain").order_by("at", "pk")
    )
