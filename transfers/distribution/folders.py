"""Where each platform distributes (Guides A §4.3, B §4.2, C §4.2).

The tables are for what cannot be listed: what is listed is fetched, known or not.
"""

from collections.abc import Iterable

MAPPING_FOLDER = "/download/HBCNMAPP"
_ROOTS = {"ECP": "/download", "RAP": "/download", "RRS": "/"}
_KNOWN = {
    "ECP": (MAPPING_FOLDER, "/download/HBCNRFPR"),
    "RAP": (
        "/download/DCASS",
        "/download/DCASS_OTHERS",
        "/download/HKCC_SEOCH_CCMS_GLOB",
    ),
    "RRS": ("/COMMON",),
}
# Below the root of RRS, where download folders stand beside the others.
_NEVER = ("KEY_MANAGEMENT", "SUBMISSION")
DEEPEST = 3  # folders below the root
MOST = 50  # folders an account


def root(platform: str) -> str:
    """The folder below which all others lie."""
    return _ROOTS[str(platform)]


def known(platform: str, login_id: str) -> tuple[str, ...]:
    """The folders that the guide names; of RRS also the CP's own, CXXX."""
    own = (f"/{login_id[:4]}",) if str(platform) == "RRS" else ()
    return _KNOWN[str(platform)] + own


def below(folder: str, names: Iterable[str]) -> list[str]:
    """The paths of a folder's folders, those of keys and submissions left out."""
    return [join(folder, name) for name in sorted(names) if name.upper() not in _NEVER]


def join(folder: str, name: str) -> str:
    """`/download` and `DCASS`; the root has no second slash."""
    return f"{folder.rstrip('/')}/{name}"


def depth(platform: str, folder: str) -> int:
    """How many folders below the platform's root."""
    return len([part for part in folder.split("/") if part]) - len(
        [part for part in root(platform).split("/") if part]
    )
