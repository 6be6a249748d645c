"""Sample zips named for today, so that a newcomer has something to submit."""

import datetime as dt
import zipfile
from pathlib import Path

NAMES = ("HBCNMAPP_AAA000", "HBCNATBN_AAA000", "HBCNERBN_00000", "HBCNATBN_BBB000")
LINES = "Made by the sandbox's demo,not by a participant\n"


def write(folder: Path, day: dt.date) -> list[Path]:
    """Write what is not there yet; answers all the day's samples."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = [folder / f"{name}_{day:%Y%m%d}.zip" for name in NAMES]
    for path in paths:
        if not path.exists():
            _write(path)
    return paths


def _write(path: Path) -> None:
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{path.stem}.csv", f"{path.stem}\n" + LINES * 200)
    part.replace(path)
