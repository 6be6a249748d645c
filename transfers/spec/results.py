"""What a rule answers: its verdict, its title and the reason, in the design's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "bad", "warn"]
VERDICTS: dict[str, str] = {"ok": "Passes", "bad": "Fails", "warn": "Warning"}
_ORDER = {"bad": 0, "warn": 1, "ok": 2}


@dataclass(frozen=True)
class RuleResult:
    """rule: its name in this code. reason: empty when it passes."""

    rule: str
    status: Status
    title: str
    reason: str = ""

    @property
    def verdict(self) -> str:
        return VERDICTS[self.status]


def passes(rule: str, title: str) -> RuleResult:
    return RuleResult(rule, "ok", title)


def fails(rule: str, title: str, reason: str) -> RuleResult:
    return RuleResult(rule, "bad", title, reason)


def warns(rule: str, title: str, reason: str) -> RuleResult:
    return RuleResult(rule, "warn", title, reason)


@dataclass(frozen=True)
class Verdict:
    """All answers, failing first."""

    results: tuple[RuleResult, ...]

    @property
    def failing(self) -> int:
        return sum(result.status == "bad" for result in self.results)

    @property
    def status(self) -> Status:
        """The worst of them."""
        return self.results[0].status if self.results else "bad"

    @property
    def words(self) -> str:
        """`2 of 11 rules fail`, `11 of 11 rules pass`."""
        count = len(self.results)
        if self.failing:
            return f"{self.failing} of {count} rules {_verb('fail', self.failing)}"
        return f"{count} of {count} rules pass"


def verdict(results: Sequence[RuleResult]) -> Verdict:
    return Verdict(tuple(sorted(results, key=lambda result: _ORDER[result.status])))


def _verb(word: str, count: int) -> str:
    return f"{word}s" if count == 1 else word
