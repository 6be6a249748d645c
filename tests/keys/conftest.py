"""Pairs of the smallest size: drawing 4096 bits takes seconds."""

import pytest

from keys import privatekeys


@pytest.fixture
def small_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))
