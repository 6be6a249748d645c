"""`make bench`: runs every benchmark in a process of its own; `--quick` is small."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import bench


def main(arguments: list[str]) -> int:
    """The number of benchmarks that failed; what they measured goes to the output."""
    failed = 0
    for module in pkgutil.iter_modules(bench.__path__):
        if has_main(module.name):
            command = [sys.executable, "-m", f"bench.{module.name}", *arguments]
            failed += subprocess.run(command, check=False).returncode != 0
    return failed


def has_main(name: str) -> bool:
    """Read, not imported: a benchmark may change its process when imported."""
    source = (Path(__file__).parent / f"{name}.py").read_text()
    return name != "__main__" and "\ndef main(" in source


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
