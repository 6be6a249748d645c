"""What ECP takes and gives: File IDs, folders, sizes, subjects (Guide A §3.2-5.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

MEGABYTE = 1_000_000  # the guide does not define MB; the stricter reading

CE_NUMBER = "ce_number"
FIRM_ID = "firm_id"
IDENTITY_KINDS = (CE_NUMBER, FIRM_ID)
PARTICIPANT_KINDS = ("EP", "non-EP")

BOXES = ("download", "submission", "key_management")
KEY_FOLDER = "/key_management/publickey"


@dataclass(frozen=True)
class FileId:
    """One kind of submission and what HKEX distributes in answer to it."""

    file_id: str
    title: str
    folder: str
    identity_kind: str
    megabytes: int
    download_folder: str
    distributed: tuple[str, ...]


def _file_id(*fields: str, megabytes: int, given: tuple[str, ...]) -> FileId:
    name, title, folder, kind, download = fields
    return FileId(name, title, folder, kind, megabytes, download, given)


def _report(name: str, title: str, folder: str, kind: str, *given: str) -> FileId:
    return _file_id(name, title, folder, kind, "HBCNRFPR", megabytes=100, given=given)


_ALL = (
    _file_id(
        "HBCNMAPP",
        "BCAN-CID Mapping File",
        "HBCNMAPP",
        CE_NUMBER,
        "HBCNMAPP",
        megabytes=700,
        given=("HBCNMPRP", "HBCNRSLT", "HBCNFIMG"),
    ),
    _report(
        "HBCNATBN",
        "Aggregated Transaction Report",
        "HBCNRFELR",
        CE_NUMBER,
        "HBCNATRP",
        "HBCNATRSLT",
    ),
    _report(
        "HBCNBCBN",
        "BCAN Change Report",
        "HBCNRFELR",
        CE_NUMBER,
        "HBCNBCRP",
        "HBCNBCRSLT",
    ),
    _report(
        "HBCNLQBN",
        "BCAN Change for LP Quote Report",
        "HBCNRFEO",
        FIRM_ID,
        "HBCNLQRP",
        "HBCNLQRSLT",
        "HBCNLQRSLSLT",  # the guide's own spelling in §4.3
    ),
    _report(
        "HBCNERBN",
        "BCAN Error Report",
        "HBCNRFEO",
        FIRM_ID,
        "HBCNERRP",
        "HBCNERRSLT",
    ),
    _report(
        "HBCNOTBN",
        "Off-exchange Trade BCAN (Buy-side) Report",
        "HBCNRFEO",
        FIRM_ID,
        "HBCNOTRP",
        "HBCNOTRSLT",
    ),
)
_MAPPING_SUBJECTS = (
    ("HBCNMPRP", "BCAN-CID Response File"),
    ("HBCNRSLT", "BCAN-CID Process Result File"),
    ("HBCNFIMG", "BCAN Full Image File"),
)
FILE_IDS = {entry.file_id: entry for entry in _ALL}
SUBMISSION_FOLDERS = tuple(dict.fromkeys(entry.folder for entry in _ALL))
DOWNLOAD_FOLDERS = tuple(dict.fromkeys(entry.download_folder for entry in _ALL))


def size_limit(file_id: str, environment: str) -> int:
    """Bytes that may be submitted at most (Guide A §5.3 production, §6.3 e2e)."""
    if environment == "e2e":
        return MEGABYTE
    return FILE_IDS[file_id].megabytes * MEGABYTE


def source_of(name: str) -> FileId | None:
    """The File ID that a distributed file answers; None for an unknown name."""
    for entry in _ALL:
        if name.startswith(entry.distributed):
            return entry
    return None


def subject_of(name: str) -> str:
    """As the Download Corner shows a distributed file (Guide A §3.3, §4.3)."""
    source = source_of(name)
    if source is None:
        return ""
    for kind, subject in _MAPPING_SUBJECTS:
        if name.startswith(kind):
            return subject
    return f"{source.title} {'Response' if name[6:8] == 'RP' else 'Result'} File"


def last_available_on(folder: str, distributed_on: date) -> date:
    """The last day on which a distributed file is there (Guide A §3.3)."""
    return distributed_on + timedelta(days=0 if folder == "HBCNMAPP" else 7)


def is_available(folder: str, placed_at: datetime, now: datetime) -> bool:
    """Whether HKEX has not yet removed a file, at 00:00 of the day after its last."""
    return now.date() <= last_available_on(folder, placed_at.date())
