"""The digest of a batch: every field of every record, in its place and order."""

from dataclasses import fields, replace
from typing import Any

import pytest

from fini.batches.binding import Binding
from fini.batches.records import Record

ONE = Record(2, "CL-1", "1234", "00000", 1000, "1", "HKG", "A1", "CHAN", "陳")


def digest(*records: Record, act_on: str = "") -> str:
    binding = Binding()
    for record in records:
        binding.add(record, act_on)
    return binding.hexdigest()


@pytest.mark.parametrize("name", [field.name for field in fields(Record)])
def test_every_field_counts(name: str) -> None:
    other: dict[str, Any] = {name: 7 if name in {"row", "quantity"} else "7"}
    assert digest(replace(ONE, **other)) != digest(ONE)


def test_the_record_that_is_acted_on_counts() -> None:
    assert digest(ONE, act_on="1A") != digest(ONE, act_on="2A") != digest(ONE)


def test_order_and_number_count() -> None:
    two = replace(ONE, row=3)
    assert len({digest(ONE, two), digest(two, ONE), digest(ONE), digest()}) == 4


def test_a_field_does_not_run_into_the_next() -> None:
    moved = replace(ONE, name_english="CHA", name_chinese="N陳")
    assert digest(moved) != digest(ONE)
