"""The switches: what goes wrong at the exchange, for whom and how often."""

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sandbox.layout import SandboxError

_SCOPE = ("times", "login", "host")

# Every fault: the parameter that a bare value sets, and those it may have besides.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "site_down": ("site", ("how", "platform")),
    "refuse_login": ("on", ()),
    "refuse_open": ("on", ()),
    "slow": ("bytes_per_second", ()),
    "cut_after_bytes": ("bytes", ()),
    "stall_after_bytes": ("bytes", ()),
    "partial_counts": ("on", ()),
    "fail_write": ("n", ("counts",)),
    "fail_close": ("on", ("counts",)),
    "cut_after_close": ("on", ()),
    "result": ("kind", ("seconds", "second", "code", "reason")),
    "result_bytes": ("base64", ()),
    "key_result": ("kind", ("seconds", "code", "reason", "counts")),
    "standby": ("on", ()),
    "sha1_only": ("on", ()),
    "service_hours": ("on", ()),
    "deny_read": ("on", ("name",)),
    "vanish_on_open": ("on", ("name",)),
    "vanish_while_read": ("bytes", ("name",)),
    "grow_while_read": ("bytes", ("name",)),
    "stall_read_after_bytes": ("bytes", ("name",)),
    "cut_read_after_bytes": ("bytes", ("name",)),
    "kick_while_reading": ("bytes", ("name",)),
    "fail_read": ("n", ("name",)),
    "short_reads": ("bytes", ("name",)),
    "slow_reads": ("bytes_per_second", ("name",)),
    "listing": ("kind", ()),
}
CHOICES = {
    ("site_down", "site"): ("primary", "secondary", "both"),
    ("site_down", "how"): ("refused", "closed"),
    ("site_down", "platform"): ("ECP", "RAP", "RRS"),
    ("key_result", "kind"): ("none", "late", "wrong", "reject"),
    ("result", "kind"): ("none", "late", "wrong", "double", "reject"),
    ("result", "second"): ("same", "other"),
    ("listing", "kind"): (
        "bad_names",
        "no_size",
        "no_dates",
        "no_attributes",
        "absurd_dates",
        "absurd_sizes",
        "wrong_types",
        "twice",
    ),
}
_TEXTS = ("code", "reason", "login", "host", "name")
_MOST = 10**12  # neither infinite nor past what a time or a column holds
_AMOUNTS = ("bytes", "bytes_per_second", "n", "seconds", "times")


@dataclass
class Fault:
    """One switch that is on; `times` None lasts until it is reset."""

    kind: str
    params: dict[str, Any]
    times: int | None = None
    login: str | None = None
    host: str | None = None

    @property
    def value(self) -> Any:
        """The main parameter."""
        return self.params[KINDS[self.kind][0]]

    def applies(self, login: str | None, host: str | None, name: str) -> bool:
        """Whether the filters let it act here; `name` filters a file's by a pattern."""
        is_meant = fnmatchcase(name, self.params.get("name", "*"))
        return self.login in (None, login) and self.host in (None, host) and is_meant

    def view(self) -> dict[str, Any]:
        """As the control API shows it."""
        scope = {name: getattr(self, name) for name in _SCOPE}
        return self.params | {k: v for k, v in scope.items() if v is not None}


class Faults:
    """The faults that are on, one of a kind. They do not outlive the program."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._on: dict[str, Fault] = {}
        self._changed = changed
        self.released = asyncio.Event()

    def merge(self, wanted: dict[str, Any]) -> None:
        """Lay switches over those that are on; null or false turns one off."""
        parsed = {kind: parse(kind, given) for kind, given in wanted.items()}
        for kind, fault in parsed.items():
            self._on.pop(kind, None)
            if fault is not None:
                self._on[kind] = fault
        self._changed()

    def reset(self) -> None:
        """All off; whoever was stalled goes on."""
        self._on.clear()
        self.released.set()
        self.released = asyncio.Event()
        self._changed()

    @property
    def any_on(self) -> bool:
        """Whether there is any reason to look closer."""
        return bool(self._on)

    def peek(
        self,
        kind: str,
        login: str | None = None,
        host: str | None = None,
        *,
        name: str = "",
    ) -> Fault | None:
        """The fault if it is on here, without using it up."""
        fault = self._on.get(kind)
        return fault if fault and fault.applies(login, host, name) else None

    def take(
        self,
        kind: str,
        login: str | None = None,
        host: str | None = None,
        *,
        name: str = "",
    ) -> Fault | None:
        """The fault if it is on here; one of its times is then used up."""
        fault = self.peek(kind, login, host, name=name)
        if fault and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._on[kind]
                self._changed()
        return fault

    def view(self) -> dict[str, Any]:
        """All that are on."""
        return {kind: fault.view() for kind, fault in self._on.items()}


def parse(kind: str, given: Any) -> Fault | None:
    """A fault out of JSON: a bare value, or an object; raises SandboxError."""
    if kind not in KINDS:
        raise SandboxError(f"There is no fault {kind!r}; there are {list(KINDS)}.")
    if given is None or given is False:
        return None
    main, others = KINDS[kind]
    params = dict(given) if isinstance(given, dict) else {main: given}
    if main == "on":
        params.setdefault("on", True)
    if main not in params or (unknown := set(params) - {main, *others, *_SCOPE}):
        raise SandboxError(
            f"{kind} takes {[main, *others, *_SCOPE]} and needs {main}."
            + (f" Unknown: {sorted(unknown)}." if main in params else "")
        )
    for name, value in params.items():
        _check(kind, name, value)
    scope = {name: params.pop(name, None) for name in _SCOPE}
    return Fault(kind, params, **scope)


def _check(kind: str, name: str, value: Any) -> None:
    allowed = CHOICES.get((kind, name))
    if allowed and value not in allowed:
        raise SandboxError(f"{kind}: {name} is one of {list(allowed)}.")
    if name in _AMOUNTS and (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= _MOST
    ):
        raise SandboxError(f"{kind}: {name} is a number from 0 to {_MOST}.")
    if name == "times" and (not isinstance(value, int) or value < 1):
        raise SandboxError(f"{kind}: times is a whole number from 1.")
    if name in ("on", "counts") and not isinstance(value, bool):
        raise SandboxError(f"{kind}: {name} is true or false.")
    if name in _TEXTS and not isinstance(value, str):
        raise SandboxError(f"{kind}: {name} is text.")
    if name == "base64":
        try:
            base64.b64decode(value, validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise SandboxError("result_bytes: base64 does not decode.") from None
