"""What HKEX distributes, where and how long (Guides A §4.3, B §4.2, C §4.2)."""

import re
from datetime import date

from sandbox.catalogue import DOWNLOAD_FOLDERS, last_available_on, source_of
from sandbox.layout import SandboxError
from sandbox.platforms import platform_of
from sandbox.trees import (
    CCMS_FOLDER,
    EVERYONE,
    RAP_DOWNLOADS,
    REPORTS_STAY,
    participants_box,
)

FOR_ALL = "*"  # a participant's code that stands for every CP
_RAP_FOLDERS = tuple(name for names in RAP_DOWNLOADS.values() for name in names)
_CODE = re.compile(r"C[A-Z0-9]{3}")


def place(
    platform: str, participant: str, folder: str, name: str, *, any_name: bool = False
) -> tuple[str, str]:
    """Owner and path of the folder; raises SandboxError.

    `any_name` lets a name through that is none, as a broken exchange might list it.
    """
    if not any_name and ("/" in name or name in ("", ".", "..")):
        raise SandboxError("The name is that of a file.")
    choose = {"ECP": _ecp, "RAP": _rap, "RRS": _rrs}[platform_of(platform).name]
    path = choose(participant, folder, name)
    is_for_all = folder == "COMMON" or participant == FOR_ALL
    return (EVERYONE if is_for_all else participants_box(participant)), path


def platform_at(folder: str) -> str:
    """Whose folder a path is."""
    if not folder.startswith("/download/"):
        return "RRS"
    name = folder.removeprefix("/download/")
    return "ECP" if name in DOWNLOAD_FOLDERS else "RAP"


def last_day(folder: str, placed_on: date) -> date:
    """The last on which a distributed file is there (Guides A §3.3, B and C §4.1)."""
    if platform_at(folder) == "ECP":
        return last_available_on(folder.removeprefix("/download/"), placed_on)
    return placed_on + REPORTS_STAY


def _ecp(participant: str, folder: str, name: str) -> str:
    """A name that the guide does not know may lie in either folder."""
    if folder not in DOWNLOAD_FOLDERS:
        raise SandboxError(f"The folder is one of {list(DOWNLOAD_FOLDERS)}.")
    if participant == FOR_ALL:
        raise SandboxError("ECP distributes to one participant at a time.")
    source = source_of(name)
    if source and source.download_folder != folder:
        raise SandboxError(f"{name} is distributed in {source.download_folder}.")
    return f"/download/{folder}"


def _rap(participant: str, folder: str, name: str) -> str:
    if folder not in _RAP_FOLDERS:
        raise SandboxError(f"The folder is one of {list(_RAP_FOLDERS)}.")
    if participant == FOR_ALL and folder != CCMS_FOLDER:
        raise SandboxError(f"{name} for all CPs belongs into {CCMS_FOLDER}.")
    return f"/download/{folder}"


def _rrs(participant: str, folder: str, name: str) -> str:
    if folder != "COMMON" and not _CODE.fullmatch(folder):
        raise SandboxError("The folder is COMMON or a DCASS customer code.")
    if participant == FOR_ALL and folder != "COMMON":
        raise SandboxError(f"{name} for all CPs belongs into COMMON.")
    return f"/{folder}"
