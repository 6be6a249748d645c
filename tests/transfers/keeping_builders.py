"""A rule that hands over, a file kept long ago, a purge that was proposed."""

import datetime as dt
import os
import time
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings

from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Participant, User
from tests.transfers import corner_builders
from transfers.models import HandOverRule, PurgeProposal, RetrievedFile

DAY = 86_400


def rule(user: User, participant: Participant, **fields: Any) -> HandOverRule:
    """Every file of ECP to "office", from a day ago on."""
    day_ago = clock.now() - dt.timedelta(days=1)
    values: dict[str, Any] = {
        "title": f"Office {uuid.uuid4().hex[:6]}",
        "platform": "ECP",
        "name_pattern": "*",
        "destination": "office",
        "template": "{platform}/{name}",
        "from_at": day_ago,
        "looked_until": day_ago,
        "set_at": clock.now(),
    }
    return HandOverRule.objects.create(
        participant=participant, set_by=user, **{**values, **fields}
    )


def proposal(user: User, participant: Participant, **fields: Any) -> PurgeProposal:
    """Awaiting approval; nobody has been asked."""
    values: dict[str, Any] = {
        "before": dt.date(2015, 1, 1),
        "files": 3,
        "bytes": 15,
        "list_sha256": "A" * 64,
        "years": 7,
        "proposed_at": clock.now(),
        "expires_at": clock.now() + dt.timedelta(days=7),
    }
    return PurgeProposal.objects.create(
        participant=participant, proposed_by=user, **{**values, **fields}
    )


def kept_on(
    participant: Participant, day: dt.date, content: bytes = b"", **fields: Any
) -> RetrievedFile:
    """At noon of a Hong Kong day; its content is new unless given, and lies in the
    store since long."""
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=HONG_KONG)
    made = corner_builders.kept(
        participant,
        content=content or uuid.uuid4().bytes,
        **{"kept_at": noon, "seen_at": noon, **fields},
    )
    age(made)
    return made


def age(row: RetrievedFile, days: int = 3) -> None:
    """As if its content had been stored so many days ago."""
    at = time.time() - days * DAY
    os.utime(path_of(row), (at, at))


def path_of(row: RetrievedFile) -> Path:
    kept = Path(settings.FILES_ROOT) / str(row.participant_id) / "kept"
    return kept / row.stored_key[:2] / row.stored_key
