"""What a rehearsal may change about the exchange, read from DIR/settings.json."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from sandbox.layout import SandboxError, write_atomically

ENVIRONMENTS = ("production", "e2e")


@dataclass(frozen=True)
class Settings:
    """`answer_seconds` lie between a reception and its result.

    `windows` are Hong Kong times by File ID: {"HBCNMAPP": ["07:00", "16:30"]}.
    Unless `always_open`, RAP and RRS keep their service hours; `holidays` (ISO dates)
    are days without trading besides Saturdays and Sundays.
    `daily_script` switches it on at the first start, with what it would have published
    so many days back.
    The gateway lets a company call `gateway_company_limit` times a minute and a machine
    `gateway_machine_limit` times, 0 without limit; takes a timestamp that is off by
    `gateway_timestamp_seconds`; ends a last page with `gateway_end_cursor`; and takes
    no subscriptions for an IPO of `gateway_closed_statuses`.
    """

    environment: str = "production"
    answer_seconds: float = 0.5
    keep_content: bool = False
    windows: dict[str, list[str]] = field(default_factory=dict)
    always_open: bool = True
    holidays: list[str] = field(default_factory=list)
    daily_script: bool = False
    daily_script_days_back: int = 0
    gateway_company_limit: int = 480
    gateway_machine_limit: int = 60
    gateway_timestamp_seconds: int = 300
    gateway_end_cursor: str | None = ""
    gateway_closed_statuses: list[str] = field(default_factory=list)

    def window(self, file_id: str) -> tuple[str, str]:
        """From and to, HH:MM, the end not included; all day unless set."""
        opens, closes = self.windows.get(file_id, ["00:00", "24:00"])
        return opens, closes


def load(state: Path, **overrides: Any) -> Settings:
    """settings.json with the overrides that are not None laid over it."""
    path = state / "settings.json"
    stored = json.loads(path.read_text()) if path.exists() else {}
    known = {entry.name for entry in fields(Settings)}
    if unknown := set(stored) - known:
        raise SandboxError(f"{path} has unknown settings: {sorted(unknown)}.")
    settings = replace(
        Settings(**stored), **{k: v for k, v in overrides.items() if v is not None}
    )
    if settings.environment not in ENVIRONMENTS:
        raise SandboxError(f"Unknown environment {settings.environment!r}.")
    return settings


def write_defaults(state: Path) -> None:
    """Leave a settings.json to edit, unless there is one."""
    path = state / "settings.json"
    if not path.exists():
        write_atomically(path, json.dumps(asdict(Settings()), indent=2) + "\n")
