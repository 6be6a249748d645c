"""What the approvals about keys bind: the SHA-256 over all that an approver sees."""

import hashlib
import json
import uuid

from keys.models import HostKeyConfirmation, KeyRegistration, KeyRenewal

REGISTRATION = "key-registration"
REGISTRATION_BACK = "key-registration-back"
RENEWAL = "key-renewal"
HOST_KEY = "host-key"


def registration_payload(pk: uuid.UUID) -> str:
    row = KeyRegistration.objects.select_related("key__account").get(pk=pk)
    return _digest(
        account=str(row.key.account_id),
        fingerprint=row.key.fingerprint_sha256,
        registered_on=str(row.registered_on),
        how=row.how,
        known_since=str(row.key.registered_on),
    )


def renewal_payload(pk: uuid.UUID) -> str:
    row = KeyRenewal.objects.select_related("key").get(pk=pk)
    return _digest(
        account=str(row.account_id),
        fingerprint=row.key.fingerprint_sha256,
        status=row.status,
        overwrites=str(row.overwrites),
    )


def host_key_payload(pk: uuid.UUID) -> str:
    """The pinned key is part of it: who confirms replaces the one that was seen."""
    row = HostKeyConfirmation.objects.select_related("host").get(pk=pk)
    return _digest(
        host=f"{row.host.address}:{row.host.port}",
        fingerprint=row.fingerprint,
        host_key=row.host_key,
        pinned=row.host.host_key,
    )


def _digest(**payload: str) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
