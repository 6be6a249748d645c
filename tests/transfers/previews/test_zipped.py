"""A look inside a zip: a bomb of any kind ends at the limit."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfers.corner_builders import zip_of
from transfers.previews import UnknownMember, listing, look_inside
from transfers.previews.looking import BYTES


def inside(content: bytes, number: int = 0):  # type: ignore[no-untyped-def]
    return look_inside(io.BytesIO(content), len(content), number)[1]


def test_a_bomb_takes_neither_memory_nor_time() -> None:
    content = zip_of(bomb=b"\0" * 300_000_000)
    tracemalloc.start()
    begun = time.monotonic()
    preview = inside(content)
    spent, peak = time.monotonic() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "do not trust it" in preview.stopped
    assert peak < 40_000_000
    assert spent < 5


def test_a_member_that_lies_about_its_size_stops_at_the_limit() -> None:
    content = bytearray(zip_of(liar=b"x" * 3_000_000))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", content, content.index(mark) + at, 5)
    preview = inside(bytes(content))
    assert len(preview.text) == BYTES
    assert "more than its directory says" in preview.stopped


def test_a_zip_in_a_zip_is_not_opened() -> None:
    preview = inside(zip_of(inner=zip_of(bomb=b"0" * 9999)))
    assert preview.kind == "none"
    assert "zip inside a zip" in preview.sentence


def test_overlapping_members_are_refused() -> None:
    content = bytearray(zip_of(a=b"1" * 99, b=b"2" * 99))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    struct.pack_into("<L", content, second + 42, 0)
    told = listing(io.BytesIO(content), len(content))
    assert told.lines == []
    assert told.fault


def test_too_many_members_are_refused_without_listing_them() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for number in range(10_001):
            target.writestr(str(number), b"")
    content = made.getvalue()
    assert "10000 are allowed" in listing(made, len(content)).fault


def test_a_broken_member_is_told() -> None:
    content = bytearray(zip_of(a=b"text " * 1000))
    start = content.index(b"PK\x03\x04") + 31
    content[start : start + 8] = b"\xff" * 8
    assert inside(bytes(content)).kind == "none"


def test_a_folder_and_hostile_names_are_only_shown() -> None:
    content = zip_of(**{"../../up": b"1", "dir/": b"", "\u202egpj.exe": b"2"})
    lines = listing(io.BytesIO(content), len(content)).lines
    assert [line.name for line in lines] == ["../../up", "dir/", "‹U+202E›gpj.exe"]
    assert [line.is_folder for line in lines] == [False, True, False]


def test_a_member_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownMember):
        inside(zip_of(a=b"1"), 1)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_ends_in_words(data: st.DataObject) -> None:
    content = bytearray(zip_of(a=b"alpha " * 50, b=zlib.compress(b"beta")))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    told = listing(io.BytesIO(content), len(content))
    assert told.fault or told.lines
    try:
        inside(bytes(content))
    except UnknownMember:
        assert told.fault
