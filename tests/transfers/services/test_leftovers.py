"""Contents that no row names leave the store, and no others."""

import datetime as dt
import io
import os
from pathlib import Path

import pytest
from django.conf import settings

from keys.models import SftpAccount
from portal import clock, files
from portal.people.models import Participant, User
from tests.transfers import builders, retrieved
from tests.transfers.corner_builders import kept
from transfers.services import arrivals, leftovers
from transfers.states import SubmissionStatus


@pytest.fixture
def account(participant: Participant) -> SftpAccount:
    return builders.account(participant)


def is_stored(participant: Participant, key: str) -> bool:
    try:
        files.open(participant.pk, key).close()
    except FileNotFoundError:
        return False
    return True


def grow_old() -> None:
    old = (clock.real_now() - dt.timedelta(days=2)).timestamp()
    for path in Path(settings.FILES_ROOT).rglob("*"):
        os.utime(path, (old, old))


def look_everywhere() -> int:
    return sum(leftovers.drop_unnamed(n) for n in range(leftovers.FOLDERS))


def test_a_replaced_version_leaves_nothing_behind(account: SftpAccount) -> None:
    row = retrieved.row(account, "a.csv", b"first", modified_at=retrieved.MADE)
    key = row.stored_key
    newer = retrieved.listing(account, retrieved.entry("a.csv", 99))
    arrivals.note(retrieved.held(account), newer)
    grow_old()
    assert look_everywhere() == 1
    assert not is_stored(account.participant, key)


def test_what_any_row_names_stays(
    participant: Participant, account: SftpAccount, alice: User
) -> None:
    row = kept(participant, content=b"received")
    purged = kept(participant, content=b"purged", purged_at=clock.now())
    sent = builders.submission(
        alice, account, participant.identities.all()[0], SubmissionStatus.ACCEPTED
    )
    grow_old()
    look_everywhere()
    assert is_stored(participant, row.stored_key)
    assert is_stored(participant, purged.stored_key)
    assert is_stored(participant, sent.stored_key)


def test_what_was_stored_just_now_stays(participant: Participant) -> None:
    """Its row may be written in a moment."""
    stored = files.put(participant.pk, io.BytesIO(b"on its way"))
    assert look_everywhere() == 0
    assert is_stored(participant, stored.key)


def test_the_sweeps_of_two_days_look_into_every_folder(
    participant: Participant,
) -> None:
    stored = files.put(participant.pk, io.BytesIO(b"left by a crash"))
    grow_old()
    now = clock.real_now()
    for number in range(leftovers.FOLDERS):
        after = dt.timedelta(seconds=leftovers.EVERY_SECONDS * number)
        leftovers.drop_stale(now + after)
    assert not is_stored(participant, stored.key)
