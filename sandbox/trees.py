"""The folders that a login finds on its platform, and whose files lie in each."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.accounts import Account
from sandbox.catalogue import BOXES, FILE_IDS, is_available, source_of
from sandbox.keyresults import is_kept
from sandbox.platforms import customer_code
from sandbox.shelf import BoxFile

EVERYONE = "everyone"  # owns what is for all CPs
CCMS_FOLDER = "HKCC_SEOCH_CCMS_GLOB"
RAP_DOWNLOADS = {"DCASS": ("DCASS", "DCASS_OTHERS"), "CCMS": (CCMS_FOLDER,)}
REPORTS_STAY = timedelta(days=10)

Shown = Callable[[BoxFile, datetime], bool]


@dataclass(frozen=True)
class Folder:
    """`owners` are whose files are seen here, `shown` which of them and until when."""

    owners: tuple[str, ...] = ()
    shown: Shown = lambda _file, _now: True
    takes_submissions: bool = False


def tree_of(account: Account) -> dict[str, Folder]:
    """Every folder that the account sees, by its absolute path."""
    grow = {"ECP": _ecp, "RAP": _rap, "RRS": _rrs}[account.platform]
    return {"/": Folder()} | grow(account) | {account.rules.key_folder: _keys(account)}


def own_box(account: Account) -> str:
    """The owner of what is private to a login (Guide A §4.3)."""
    return f"login:{account.login}"


def participants_box(participant: str) -> str:
    """The owner of what all accounts of a participant share."""
    return f"participant:{participant}"


def report_is_there(generated_on: date, today: date) -> bool:
    """The past 10 calendar days from generation (Guides B §4.1, C §4.1)."""
    return today <= generated_on + REPORTS_STAY


def _keys(account: Account) -> Folder:
    rules = account.rules
    return Folder(
        (own_box(account),), lambda file, now: is_kept(rules, file.placed_at, now)
    )


def _boxes() -> dict[str, Folder]:
    """Three at the root (Guide A §4.3), the same at RAP (Guide C §4.2)."""
    return {f"/{box}": Folder() for box in BOXES}


def _ecp(account: Account) -> dict[str, Folder]:
    entitled = [FILE_IDS[name] for name in account.file_ids]
    own, shared = (own_box(account),), (participants_box(account.participant),)

    def shown(file: BoxFile, now: datetime) -> bool:
        """Entitled files only (Guide A §4.3), until HKEX removes them (§3.3)."""
        source = source_of(file.name)
        if source and source.file_id not in account.file_ids:
            return False
        return is_available(posixpath.basename(file.folder), file.placed_at, now)

    submissions = {
        f"/submission/{e.folder}": Folder(own, takes_submissions=True) for e in entitled
    }
    downloads = {
        f"/download/{e.download_folder}": Folder(shared, shown) for e in entitled
    }
    return _boxes() | submissions | downloads


def _rap(account: Account) -> dict[str, Folder]:
    """Guide C §4.2; /submission is there, and not used."""
    owners = (participants_box(account.participant), EVERYONE)
    return _boxes() | {
        f"/download/{name}": Folder(owners, _report_shown)
        for subscription in account.subscriptions
        for name in RAP_DOWNLOADS[subscription]
    }


def _rrs(account: Account) -> dict[str, Folder]:
    """Guide B §4.2."""
    code = customer_code(account.rules, account.login)
    return {
        "/COMMON": Folder((EVERYONE,), _report_shown),
        f"/{code}": Folder((participants_box(account.participant),), _report_shown),
    }


def _report_shown(file: BoxFile, now: datetime) -> bool:
    return report_is_there(file.placed_at.date(), now.date())
