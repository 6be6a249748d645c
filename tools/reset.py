"""`make reset`: removes var/, unless a portal runs in it."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.street import VAR, hold_lock, refuse

KNOWN = {"format", "run.lock", "portal.sqlite3", "sandbox", "static", "tmp"}


def main() -> None:
    """Refuses a folder that `make run` did not make."""
    if not VAR.exists():
        return
    found = {path.name for path in VAR.iterdir()}
    if found and not found & KNOWN:
        refuse(f"{VAR} was not made by `make run`: it is left as it is.")
    with hold_lock():
        shutil.rmtree(VAR)
    sys.stdout.write(f"Removed {VAR}.\n")


if __name__ == "__main__":
    main()
