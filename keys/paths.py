"""Addresses of pages about keys, for alerts and approvals; "" where there is none."""

import uuid
from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

from keys.models import SftpAccount
from portal.people.models import Participant


def account_path(account: SftpAccount) -> str:
    return _path("keys_account", account.participant.code, account.pk)


def account_paths(participant: Participant) -> Callable[[uuid.UUID], str]:
    """For a thousand accounts of one participant: the address is looked up once."""
    place = uuid.UUID(int=0)
    pattern = _path("keys_account", participant.code, place)
    before, _, after = pattern.partition(str(place))
    return lambda pk: f"{before}{pk}{after}"


def encryption_path(participant: Participant, environment: str) -> str:
    return _path("keys_encryption", participant.code, environment)


def expiries_path(participant: Participant) -> str:
    return _path("expiries", participant.code)


def facility_path(pk: object) -> str:
    return _path("facility", pk)


def _path(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
