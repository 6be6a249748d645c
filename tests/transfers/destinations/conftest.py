"""Something to be handed over, as a destination is given it."""

import dataclasses
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest

from transfers.destinations import Item

CONTENT = b"TP001,1,2,3\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MakeItem = Callable[..., Item]


@pytest.fixture
def begun() -> list[bool]:
    """One for each time that a try noted that it began."""
    return []


@pytest.fixture
def item(begun: list[bool]) -> MakeItem:
    def made(**fields: Any) -> Item:
        plain = Item(
            name="RAP/TP001.csv",
            key="0123abcd",
            sha256=SHA256,
            open=lambda: io.BytesIO(CONTENT),
            is_begun=False,
            begin=lambda: begun.append(True),
            go_on=lambda: None,
        )
        return dataclasses.replace(plain, **fields)

    return made
