"""File encryption as ECP's page names it: enabled or not, and the password's status."""

import datetime as dt
from dataclasses import dataclass

from keys.models import EncryptionPassword, FileEncryption, PasswordStatus
from keys.selectors.ends import reminded_on
from portal import clock
from portal.people.models import Participant

S = PasswordStatus


@dataclass(frozen=True)
class EncryptionView:
    """`status` in words (ECP-66); `draft` waits for a person's word that ECP has it."""

    is_enabled: bool
    status: str
    password: EncryptionPassword | None
    draft: EncryptionPassword | None
    remind_on: dt.date | None
    is_due: bool


def encryption(
    participant: Participant, environment: str, today: dt.date | None = None
) -> EncryptionView:
    """Two queries; the sealed text stays in the database."""
    day = today or clock.today()
    setting = FileEncryption.objects.filter(
        participant=participant, environment=environment
    ).first()
    if setting is None:
        return EncryptionView(False, "Not registered", None, None, None, False)
    rows = {
        row.status: row
        for row in setting.passwords.filter(status__in=(S.DRAFTED, S.CONFIRMED))
        .select_related("encryption", "drafted_by", "confirmed_by")
        .defer("sealed")
    }
    used, draft = rows.get(S.CONFIRMED), rows.get(S.DRAFTED)
    due_on = reminded_on(used) if used else None
    is_due = due_on is not None and due_on <= day
    return EncryptionView(
        setting.is_enabled, _status(used, draft, is_due), used, draft, due_on, is_due
    )


def _status(
    used: EncryptionPassword | None, draft: EncryptionPassword | None, is_due: bool
) -> str:
    if draft is not None:
        return "Waiting to be confirmed at ECP"
    if used is None:
        return "Not registered"
    return "Registered, change due" if is_due else "Registered"
