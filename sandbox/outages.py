"""Sites that are down on a schedule, by the exchange's clock."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sandbox.faults import CHOICES
from sandbox.hktime import moment_of
from sandbox.layout import SandboxError

_MAIN = {"site", "since", "until"}


@dataclass(frozen=True)
class Outage:
    """As `site_down`, from `since` until before `until`."""

    site: str
    since: datetime
    until: datetime
    platform: str | None = None
    how: str = "refused"

    def strikes(self, site: str, platform: str, now: datetime) -> bool:
        """Whether that site of that platform is down because of it."""
        is_there = self.site in (site, "both") and self.platform in (None, platform)
        return is_there and self.since <= now < self.until

    def view(self) -> dict[str, Any]:
        """As the control API shows it."""
        times = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return asdict(self) | times


def parse(wanted: Iterable[dict[str, Any]]) -> list[Outage]:
    """Outages out of JSON; raises SandboxError."""
    return [_parse(given) for given in wanted]


def _parse(given: dict[str, Any]) -> Outage:
    if not _MAIN <= set(given) <= _MAIN | {"platform", "how"}:
        raise SandboxError("An outage has site, since, until; also platform, how.")
    since, until = (moment_of(given[name]) for name in ("since", "until"))
    outage = Outage(**{**given, "since": since, "until": until})
    for name in ("site", "platform", "how"):
        value = getattr(outage, name)
        if value is not None and value not in CHOICES["site_down", name]:
            raise SandboxError(f"{name} is one of {CHOICES['site_down', name]}.")
    if until <= since:
        raise SandboxError("An outage ends after it began.")
    return outage
