"""The encryption password: drafted here, set at ECP, confirmed by a person, used."""

import datetime as dt
import hmac

from keys import passwords
from keys.models import (
    EncryptionPassword,
    Environment,
    FileEncryption,
    PasswordStatus,
)
from keys.refusals import Refusal
from keys.services import records
from portal import secrets
from portal.activity import transaction
from portal.activity.models import Kind, Status
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import Participant

S = PasswordStatus
NOTHING = "Nothing was changed."


def draft(
    participant: Participant,
    environment: Environment,
    password: str,
    again: str,
    acting: Acting,
    now: dt.datetime,
) -> EncryptionPassword:
    """Store a new password, which is not used before `confirm`. An earlier draft is
    discarded. Raises Refusal: complexity, two typings that differ, used before."""
    faults = passwords.faults(password, again)
    if faults:
        raise Refusal(*faults, "Nothing of it was stored.")
    encryption = _encryption(participant, environment)
    history = encryption.passwords.exclude(status=S.DISCARDED).exclude(status=S.DRAFTED)
    stored = history.order_by("-drafted_at").values_list("hashed", flat=True)
    if passwords.was_used(password, list(stored[: passwords.GENERATIONS])):
        raise Refusal(
            f"This is one of the last {passwords.GENERATIONS} passwords.",
            "ECP refuses it, so nothing was stored.",
            "Choose another one.",
        )
    hashed = passwords.hashed(password)  # a fifth of a second: no transaction yet
    row = EncryptionPassword(
        encryption=encryption, hashed=hashed, drafted_by=acting.user, drafted_at=now
    )
    row.sealed = secrets.seal(password.encode(), _bound_to(row))
    with transaction.atomic():
        _discard_draft(encryption)
        row.save(force_insert=True)
        _record(row, "Draft encryption password", acting, Status.PENDING)
    return row


def generate(
    participant: Participant,
    environment: Environment,
    acting: Acting,
    now: dt.datetime,
) -> tuple[EncryptionPassword, str]:
    """A password of chance; its text once, to be typed on ECP's web."""
    text = passwords.generate()
    return draft(participant, environment, text, text, acting, now), text


def confirm(
    password: EncryptionPassword, set_on: dt.date, acting: Acting, now: dt.datetime
) -> None:
    """A person says that ECP has it since this day: used from now on (ECP-66)."""
    if set_on > hk_day(now):
        raise Refusal("The day is still to come.", NOTHING, "Confirm it on that day.")
    with transaction.atomic():
        rows = EncryptionPassword.objects.filter(encryption=password.encryption_id)
        # The row in use makes place first: one of a status at a time.
        rows.filter(status=S.CONFIRMED).update(status=S.REPLACED)
        confirmed = rows.filter(pk=password.pk, status=S.DRAFTED).update(
            status=S.CONFIRMED,
            confirmed_by=acting.user,
            confirmed_at=now,
            set_on=set_on,
        )
        if not confirmed:
            raise Refusal("This draft is gone.", NOTHING, "Reload the page.")
        password.refresh_from_db()
        _record(password, "Confirm encryption password", acting, Status.SUCCESSFUL)


def discard(password: EncryptionPassword, acting: Acting, now: dt.datetime) -> None:
    with transaction.atomic():
        if not _discard_draft(password.encryption, password):
            raise Refusal("This draft is gone.", NOTHING, "Reload the page.")
        _record(password, "Discard encryption password", acting, Status.WARNING)


def set_enabled(
    participant: Participant,
    environment: Environment,
    is_enabled: bool,
    acting: Acting,
    now: dt.datetime,
) -> FileEncryption:
    """As it is set on ECP's web. Raises Refusal without a password in use."""
    encryption = _encryption(participant, environment)
    has_one = encryption.passwords.filter(status=S.CONFIRMED).exists()
    if is_enabled and not has_one:
        raise Refusal(
            "No password is confirmed yet.",
            f"Files could not be encrypted. {NOTHING}",
            "Draft one, set it on ECP’s web, and confirm it here.",
        )
    with transaction.atomic():
        FileEncryption.objects.filter(pk=encryption.pk).update(is_enabled=is_enabled)
        encryption.is_enabled = is_enabled
        word = "Yes" if is_enabled else "No"
        told = f"Set Enable File Encryption [{word}] in {encryption.environment}"
        records.of_participant(participant, Kind.KEY, told, by=acting.user)
    return encryption


def open_current(participant: Participant, environment: str) -> str | None:
    """The password in use, for making or checking a zip in memory; shown to nobody.
    Raises secrets.CannotOpen."""
    row = EncryptionPassword.objects.filter(
        encryption__participant=participant,
        encryption__environment=environment,
        status=S.CONFIRMED,
    ).first()
    return None if row is None else opened(row)


def opened(password: EncryptionPassword) -> str:
    """One password's text, as `open_current` answers it. Raises secrets.CannotOpen."""
    return secrets.open(bytes(password.sealed), _bound_to(password)).decode()


def is_current(participant: Participant, environment: str, text: str) -> bool:
    """Compared in constant time; for tests and checks that must not show it."""
    held = open_current(participant, environment) or ""
    return hmac.compare_digest(held.encode(), text.encode())


def _encryption(participant: Participant, environment: str) -> FileEncryption:
    row, _ = FileEncryption.objects.get_or_create(
        participant=participant, environment=environment
    )
    return row


def _discard_draft(
    encryption: FileEncryption, only: EncryptionPassword | None = None
) -> int:
    rows = EncryptionPassword.objects.filter(encryption=encryption, status=S.DRAFTED)
    if only is not None:
        rows = rows.filter(pk=only.pk)
    return rows.update(status=S.DISCARDED, sealed=b"")


def _bound_to(row: EncryptionPassword) -> str:
    return secrets.context("keys_encryptionpassword", row.pk, "sealed")


def _record(row: EncryptionPassword, told: str, acting: Acting, status: Status) -> None:
    records.of_participant(
        row.encryption.participant,
        Kind.KEY,
        f"{told} in {row.encryption.environment}",
        by=acting.user,
        status=status,
    )
