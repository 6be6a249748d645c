"""The pages alone: what the apps above register is not theirs to test."""

import pytest

from portal.pages import registry
from portal.pages.registry import MenuEntry


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_you = {"needs-you": registry.panel("needs-you")}
    monkeypatch.setattr(registry, "_menu", [MenuEntry("", "Today", "today", "home", 0)])
    monkeypatch.setattr(registry, "_panels", needs_you)
    monkeypatch.setattr(registry, "_strips", [])
