"""A rule that is not saved yet, and a file that HKEX distributed."""

import datetime as dt
from typing import Any

from keys.models import SftpAccount
from portal import clock
from portal.people.models import Participant, User
from tests.transfers import builders
from transfers.models import ExpectedRule, RetrievedFile, RetrievedStatus
from transfers.services import boards


def rule(from_day: dt.date, **fields: Any) -> ExpectedRule:
    """TP001 on every trading day by 19:30, warned of 15 minutes before."""
    values: dict[str, Any] = {
        "platform": "RAP",
        "name_pattern": "TP001*",
        "due": dt.time(19, 30),
        "from_day": from_day,
    }
    return ExpectedRule(**{**values, **fields})


def saved(user: User, participant: Participant) -> ExpectedRule:
    """One for every day, from today on, with today's board."""
    made = rule(clock.today(), days="every")
    made.participant, made.set_by, made.set_at = participant, user, clock.now()
    made.save()
    boards.lay(clock.now(), made)
    return made


def retrieved(
    participant: Participant, name: str, kept_at: dt.datetime, **fields: Any
) -> RetrievedFile:
    """Of the Hong Kong day on which it was kept."""
    account = SftpAccount.objects.filter(participant=participant).first()
    of = account or builders.account(participant)
    values: dict[str, Any] = {
        "platform": "RAP",
        "folder": "/download/DCASS",
        "size": 10,
        "modified_at": kept_at,
        "day": kept_at.date(),
        "removed_at": kept_at + dt.timedelta(10),
        "status": RetrievedStatus.KEPT,
        "seen_at": kept_at,
        "kept_at": kept_at,
    }
    return RetrievedFile.objects.create(
        participant=participant,
        facility=of.facility,
        account=of,
        name=name,
        **{**values, **fields},
    )
