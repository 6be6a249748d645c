"""The download folders that a session shows: listed, or else those of the guide."""

import logging
from collections.abc import Callable

from keys.models import SftpAccount
from portal.exchange.errors import Refused, TooLarge, printable
from portal.exchange.session import Entry, Session
from transfers.distribution import folders

logger = logging.getLogger(__name__)
LONGEST = 300  # characters of a path


def walk(
    session: Session, account: SftpAccount, left_out: Callable[[str], None]
) -> list[str]:
    """Every folder below the platform's root that may hold files, the root itself
    where it does. `left_out` hears of those that are not looked into, and why. Raises
    SessionLost."""
    platform = account.facility.platform
    root = folders.root(platform)
    try:
        entries = session.listdir(root, left_out)
    except (Refused, TooLarge) as error:
        logger.warning("%s: %s Its known folders are tried.", account, error.sentence)
        return list(folders.known(platform, account.login_id))
    found = [] if all(entry.is_folder for entry in entries) else [root]
    waiting = _below(root, entries, left_out)
    while waiting and len(found) < folders.MOST:
        folder = waiting.pop(0)
        found.append(folder)
        if folder not in folders.known(platform, account.login_id):
            waiting += _unknown(session, platform, folder, left_out)
    for folder in waiting:
        left_out(f"{printable(folder, 80)} (more than {folders.MOST} folders)")
    return found


def _unknown(
    session: Session, platform: str, folder: str, left_out: Callable[[str], None]
) -> list[str]:
    """A folder that no guide names may have folders of its own."""
    try:
        below = _below(folder, session.listdir(folder), left_out)
    except (Refused, TooLarge):
        return []  # told when its files are listed, as its garbled names are
    if folders.depth(platform, folder) < folders.DEEPEST:
        return below
    for path in below:
        left_out(f"{printable(path, 80)} (too deep)")
    return []


def _below(
    folder: str, entries: list[Entry], left_out: Callable[[str], None]
) -> list[str]:
    names = [entry.name for entry in entries if entry.is_folder]
    paths = folders.below(folder, names)
    for path in paths:
        if len(path) > LONGEST:
            left_out(f"{printable(path, 80)} (a path too long)")
    return [path for path in paths if len(path) <= LONGEST]
