"""Looking for result files: the folders that may hold an answer, each listed once."""

import logging
import time

from keys.models import SftpAccount
from portal import clock
from portal.exchange.errors import Refused, TooLarge
from portal.exchange.hktime import hk_day
from portal.exchange.results import ResultName
from portal.exchange.session import Entry, Session
from transfers.models import ResultFile
from transfers.selectors import due
from transfers.services import looks, results
from transfers.visit.lease import Held

logger = logging.getLogger(__name__)
KEEP_AT_MOST = 64 * 1024
LOOK_FOR = 60.0  # seconds a folder: what waits to be sent has its turn then


def look(lease: Held, session: Session, account: SftpAccount) -> None:
    """List every folder with something to wait for, keep what is new, and set the
    next look. Raises SessionLost and LeaseLost."""
    folders = due.folders_to_look_in(account.pk)
    for folder in folders:
        try:
            entries = session.listdir(folder)
        except (Refused, TooLarge) as error:
            logger.error("%s could not be listed: %s", folder, error.sentence)
            continue
        give_way_at = time.monotonic() + LOOK_FOR
        for entry, name in _new(account, folder, entries):
            _keep(lease, session, account, folder, entry, name)
            if time.monotonic() > give_way_at:
                logger.warning("%s holds more than one look can keep", folder)
                break
    looks.looked(lease, account.pk, folders)
    looks.miss_deadlines(clock.now(), account.pk)


def _new(
    account: SftpAccount, folder: str, entries: list[Entry]
) -> list[tuple[Entry, ResultName]]:
    """Result files that are not here yet, in the order in which HKEX made them; what
    is waited for comes first, however many others there are."""
    awaited = due.names_awaited(account.pk, folder)
    named = [
        (entry, name)
        for entry in entries
        if not entry.is_folder and (name := ResultName.parse(entry.name))
    ]
    known = ResultFile.objects.filter(
        account=account, folder=folder, name__in=[entry.name for entry, _ in named]
    ).values_list("name", "day")
    by_day = set(known)
    by_name = {name for name, _ in by_day}
    fresh = [
        (entry, name)
        for entry, name in named
        if (
            (entry.name, hk_day(entry.modified_at)) not in by_day
            if entry.modified_at
            else entry.name not in by_name
        )
    ]
    return sorted(
        fresh,
        key=lambda pair: (pair[1].original not in awaited, pair[1].at, pair[1].seq),
    )


def _keep(
    lease: Held,
    session: Session,
    account: SftpAccount,
    folder: str,
    entry: Entry,
    name: ResultName,
) -> None:
    try:
        content = session.read(f"{folder}/{entry.name}", KEEP_AT_MOST)
    except TooLarge as error:
        content = error.head
    except Refused as error:
        logger.error("%s could not be read: %s", entry.name, error.sentence)
        return
    found = results.Found(
        folder=folder,
        file_name=entry.name,
        name=name,
        size=max(entry.size or 0, len(content)),
        content=content,
        modified_at=entry.modified_at,
    )
    results.keep(lease, account, found, clock.now())
