"""The catalogue: menus, File IDs, names, folders, identities, limits (Guide A)."""

from dataclasses import dataclass

CE_NUMBER = "ce_number"
FIRM_ID = "firm_id"
KIND_WORDS = {CE_NUMBER: "CE number", FIRM_ID: "Firm ID"}

MAPPING = "BCAN-CID Mapping File for HKIDR"
AGGREGATED = "Aggregated Transaction and BCAN Change Reports"
QUOTES = (
    "BCAN Change for LP Quote, BCAN Error and "
    "Off-exchange Trade BCAN (Buy-Side) Reports"
)


@dataclass(frozen=True)
class FileId:
    """One kind of file: what it is called, where it goes, who it is for, how big."""

    file_id: str
    name: str
    menu: str
    folder: str
    identity_kind: str
    megabytes: int
    wings_barred: bool = False  # Guide A §5.1.2
    may_be_encrypted: bool = False  # Guide A §3.6: the mapping file only

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[self.identity_kind]

    @property
    def pattern(self) -> str:
        """The name as HKEX wants it, for people: `HBCNMAPP_<CE number>_…`."""
        return f"{self.file_id}_<{self.kind_words}>_<YYYYMMDD>.zip"


@dataclass(frozen=True)
class Menu:
    """One of the three submission menus (Guide A §3.2)."""

    number: int
    title: str
    entries: tuple[FileId, ...]

    @property
    def file_ids(self) -> tuple[str, ...]:
        return tuple(entry.file_id for entry in self.entries)


_ELIGIBLE = "/submission/HBCNRFELR"
_OTHER = "/submission/HBCNRFEO"
ENTRIES = (
    FileId(
        "HBCNMAPP",
        "BCAN-CID Mapping File",
        MAPPING,
        "/submission/HBCNMAPP",
        CE_NUMBER,
        700,
        may_be_encrypted=True,
    ),
    FileId(
        "HBCNATBN",
        "Aggregated Transaction Report",
        AGGREGATED,
        _ELIGIBLE,
        CE_NUMBER,
        100,
    ),
    FileId("HBCNBCBN", "BCAN Change Report", AGGREGATED, _ELIGIBLE, CE_NUMBER, 100),
    FileId(
        "HBCNLQBN",
        "BCAN Change for LP Quote Report",
        QUOTES,
        _OTHER,
        FIRM_ID,
        100,
        wings_barred=True,
    ),
    FileId(
        "HBCNERBN", "BCAN Error Report", QUOTES, _OTHER, FIRM_ID, 100, wings_barred=True
    ),
    FileId(
        "HBCNOTBN",
        "Off-exchange Trade BCAN (Buy-side) Report",
        QUOTES,
        _OTHER,
        FIRM_ID,
        100,
        wings_barred=True,
    ),
)
FILE_IDS = {entry.file_id: entry for entry in ENTRIES}
MENUS = tuple(
    Menu(number, title, tuple(entry for entry in ENTRIES if entry.menu == title))
    for number, title in enumerate((MAPPING, AGGREGATED, QUOTES), start=1)
)

TEST_MEGABYTES = 1  # Guide A §6.3, end-to-end test, every File ID


def entry(file_id: str) -> FileId:
    """Raises KeyError for a File ID that HKEX does not take."""
    return FILE_IDS[file_id]


def menu_of(file_id: str) -> Menu:
    """Raises KeyError."""
    return next(menu for menu in MENUS if menu.title == FILE_IDS[file_id].menu)


def limit_megabytes(file_id: str, environment: str) -> int:
    """How many MB a zip may have (Guide A §5.3, §6.3). The sandbox plays production."""
    return TEST_MEGABYTES if environment == "test" else FILE_IDS[file_id].megabytes


def size_limit(file_id: str, environment: str, megabyte: int) -> int:
    """Bytes that a zip may have; exactly as many pass."""
    return limit_megabytes(file_id, environment) * megabyte


def upload_limit(megabyte: int) -> int:
    """Bytes that any file may have, whatever it is."""
    return max(entry.megabytes for entry in ENTRIES) * megabyte
