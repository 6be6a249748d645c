"""The state folder: where each thing lies, and how a file of it is replaced safely."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


class SandboxError(Exception):
    """Something the person at the keyboard can put right; the text says what."""


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text` (mode 0600); a reader sees the old or the new, whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def config_path(state: Path) -> Path:
    """The file that tells others how to reach this sandbox."""
    return state / "sandbox.json"


def read_config(state: Path) -> dict[str, Any]:
    """sandbox.json; raises SandboxError when `init` has not been run."""
    path = config_path(state)
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SandboxError(
            f"There is no sandbox in {state}: "
            f"run `python -m sandbox init --state {state}` first."
        ) from None
    except ValueError as exc:
        raise SandboxError(f"{path} is not valid JSON: {exc}.") from None
    return config


def write_config(state: Path, config: dict[str, Any]) -> None:
    """Save sandbox.json for the portal and the tests to read."""
    write_atomically(config_path(state), json.dumps(config, indent=2) + "\n")
