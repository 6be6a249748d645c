"""The exchange's judgment of a received file (Guide A §3.2, §3.6, §4.4, §5.3, §6.3).

4007 is the one rejection code that HKEX prints; the 9000s are the sandbox's own.
"""

import re
from datetime import datetime
from pathlib import Path

from sandbox import zips
from sandbox.accounts import Account
from sandbox.catalogue import FILE_IDS, size_limit
from sandbox.rejection import ILLEGAL_NAME, LEGAL_NAME, Rejection, ours
from sandbox.settings import Settings

_NAME = re.compile(r"(?P<file_id>HBCN[A-Z]{4})_(?P<code>[A-Z0-9]+)_(?P<day>\d{8})\.zip")


CUT_SHORT = ours(9014, "The upload was cut before it was closed")
CONTENT_LOST = ours(9016, "The content was lost before it was checked")
ANOTHER_RESULT = ours(9099, "A second result, on request")


def judge_name(name: str, folder: str) -> Rejection | None:
    """Characters, pattern and folder; None when all is well."""
    if not LEGAL_NAME.fullmatch(name):
        return ILLEGAL_NAME
    match = _NAME.fullmatch(name)
    known = FILE_IDS.get(match["file_id"]) if match else None
    if known is None:
        return ours(9001, "The name is not <File ID>_<identity code>_<YYYYMMDD>.zip")
    if known.folder != folder:
        return ours(9002, f"{known.file_id} does not belong to folder {folder}")
    return None


def judge_entitlement(name: str, account: Account) -> Rejection | None:
    """File ID, identity code and consent, for a name that has been judged."""
    file_id, code, _day = name.split("_")
    if file_id not in account.file_ids:
        return ours(9015, f"The account is not entitled to {file_id}")
    if not account.entitled_to(FILE_IDS[file_id].identity_kind, code):
        return ours(9003, f"{code} is no identity code of the account")
    if file_id == "HBCNMAPP" and not account.consent:
        return ours(9008, "The client consent has not been declared")
    return None


def judge_time(name: str, at: datetime, settings: Settings) -> Rejection | None:
    """Today's date in the name, and inside the File ID's window."""
    file_id, _code, day = name.removesuffix(".zip").split("_")
    if day != f"{at:%Y%m%d}":
        return ours(9004, "The submission date in the name is not today")
    opens, closes = settings.window(file_id)
    if not opens <= f"{at:%H:%M}" < closes:
        return ours(9007, f"{file_id} is taken from {opens} to {closes} only")
    return None


def judge_size(file_id: str, size: int, environment: str) -> Rejection | None:
    """Neither empty nor over the limit; the limit itself passes."""
    if size == 0:
        return ours(9005, "The file is empty")
    if size > size_limit(file_id, environment):
        return ours(9006, f"{size} bytes are more than {file_id} may have")
    return None


def judge_zip(file_id: str, path: Path, account: Account) -> Rejection | None:
    """Readable, STORE or DEFLATE, and encrypted as the account is registered."""
    try:
        found = zips.members(path)
        if not all(member.compression_allowed for member in found):
            return ours(9010, "Only STORE and DEFLATE are taken")
        return _judge_encryption(file_id, path, found, account)
    except zips.BadZip as exc:
        return ours(9009, f"The zip cannot be read: {exc}")


def _judge_encryption(
    file_id: str, path: Path, found: list[zips.Member], account: Account
) -> Rejection | None:
    wanted = account.encryption_enabled and file_id == "HBCNMAPP"
    if not wanted and not any(member.encrypted for member in found):
        return None
    if file_id != "HBCNMAPP":
        return ours(9013, "Encryption applies to HBCNMAPP only")
    if account.encryption_password is None:
        return ours(9013, "Encrypted, but no password has been registered")
    if not all(member.aes_256 for member in found):
        return ours(9011, "Every member must be encrypted with AES-256")
    if not zips.opens_with(path, account.encryption_password):
        return ours(9012, "The zip does not open with the registered password")
    return None


def judge(
    name: str,
    folder: str,
    content: Path,
    account: Account,
    at: datetime,
    settings: Settings,
) -> Rejection | None:
    """All rules over a received file, the first broken one; None accepts it."""
    file_id = name.partition("_")[0]
    size = content.stat().st_size
    return (
        judge_name(name, folder)
        or judge_entitlement(name, account)
        or judge_time(name, at, settings)
        or judge_size(file_id, size, settings.environment)
        or judge_zip(file_id, content, account)
    )
