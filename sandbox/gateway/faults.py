"""The gateway's switches: what goes wrong on which path, and how often."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sandbox.layout import SandboxError

# The parameter that a bare value sets, and those it may have besides.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "slow": ("seconds", ("stage",)),
    "status": ("code", ("counts",)),
    "cut": ("stage", ()),
    "answer": ("kind", ("bytes", "counts")),
    "refuse_tokens": ("on", ()),
    "record_errors": ("every", ("ref", "error_code", "message")),
    "skew": ("milliseconds", ()),
}
CHOICES = {
    ("slow", "stage"): ("before", "after"),
    ("cut", "stage"): ("before", "after", "middle"),
    ("answer", "kind"): ("not_json", "cut_json", "other_shape", "empty", "huge"),
}
SCOPE = ("path", "times")
AMOUNTS = {  # from and to, both included
    "seconds": (0, 3600),
    "code": (400, 599),
    "bytes": (1, 2_000_000_000),
    "every": (1, 10**9),
    "milliseconds": (-(10**12), 10**12),
    "times": (1, 10**9),
}
_WHOLE = {"code", "bytes", "every", "times", "milliseconds"}


@dataclass
class Fault:
    """One switch that is on; `times` None lasts until it is lifted.

    `path` is a pattern for the call's path: `*/subscriptions/add/*`.
    """

    kind: str
    params: dict[str, Any]
    path: str = "*"
    times: int | None = None
    entries: int = field(default=0, compare=False)

    def view(self) -> dict[str, Any]:
        """As the control API shows it."""
        scope = {"path": self.path, "times": self.times}
        return self.params | {k: v for k, v in scope.items() if v not in ("*", None)}


class Faults:
    """Those that are on, one of a kind. They do not outlive the program."""

    def __init__(self) -> None:
        self._on: dict[str, Fault] = {}

    def merge(self, wanted: dict[str, Any]) -> None:
        """Lay switches over those that are on; null or false lifts one."""
        parsed = {kind: parse(kind, given) for kind, given in wanted.items()}
        for kind, fault in parsed.items():
            self._on.pop(kind, None)
            if fault is not None:
                self._on[kind] = fault

    def reset(self) -> None:
        """All off."""
        self._on.clear()

    def peek(self, kind: str, path: str = "") -> Fault | None:
        """The fault if it is on for this path."""
        fault = self._on.get(kind)
        return fault if fault and fnmatchcase(path, fault.path) else None

    def take(self, kind: str, path: str) -> Fault | None:
        """The fault if it is on for this path; one of its times is then used up."""
        fault = self.peek(kind, path)
        if fault and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._on[kind]
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
    if kind == "record_errors" and "ref" in params:
        params.setdefault("every", 1)
    if main not in params or set(params) - {main, *others, *SCOPE}:
        known = [main, *others, *SCOPE]
        raise SandboxError(f"{kind} takes {known} and needs {main}.")
    for name, value in params.items():
        _check(kind, name, value)
    path, times = params.pop("path", "*"), params.pop("times", None)
    return Fault(kind, params, path, times)


def _check(kind: str, name: str, value: Any) -> None:
    allowed = CHOICES.get((kind, name))
    if allowed:
        if value not in allowed:
            raise SandboxError(f"{kind}: {name} is one of {list(allowed)}.")
    elif name in AMOUNTS:
        least, most = AMOUNTS[name]
        kinds = (int,) if name in _WHOLE else (int, float)
        if type(value) not in kinds or not least <= value <= most:
            raise SandboxError(f"{kind}: {name} is a number from {least} to {most}.")
    elif name in ("on", "counts"):
        if not isinstance(value, bool):
            raise SandboxError(f"{kind}: {name} is true or false.")
    elif not isinstance(value, str):
        raise SandboxError(f"{kind}: {name} is text.")
