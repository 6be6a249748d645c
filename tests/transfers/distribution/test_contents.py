"""What is read of a distributed file, and what is told of what cannot be read."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transfers.distribution import contents

TEXT = "1,AAA000,Rejected,4007\n" * 20
METHODS = [
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
]


def read(content: bytes) -> tuple[list[str], list[str]]:
    why: list[str] = []
    return list(contents.texts(io.BytesIO(content), why.append)), why


def zipped(method: int, *names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name in names or ("a.csv",):
            archive.writestr(zipfile.ZipInfo(name), TEXT, compress_type=method)
    return made.getvalue()


def encrypted(content: bytes) -> bytes:
    """The flag of encryption set in both headers."""
    made = bytearray(content)
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def broken_lzma() -> bytes:
    made = bytearray(zipped(zipfile.ZIP_LZMA))
    made[44:64] = b"\xff" * 20
    return bytes(made)


def test_a_broken_member_is_told_of() -> None:
    made = bytearray(zipped(zipfile.ZIP_DEFLATED))
    made[35:45] = b"\xff" * 10
    assert read(bytes(made)) == ([], ["It does not unpack."])


def test_a_broken_member_hides_no_other() -> None:
    made = bytearray(zipped(zipfile.ZIP_DEFLATED, "a.csv", "b.csv"))
    made[35:45] = b"\xff" * 10
    assert read(bytes(made)) == ([TEXT], ["It does not unpack."])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (broken_lzma(), "It is packed by LZMA, which is not opened here."),
        (encrypted(zipped(zipfile.ZIP_STORED)), "It is encrypted."),
        (zipped(0)[:-9], "It begins as a zip and is cut short: its end is missing."),
    ],
    ids=["lzma", "encrypted", "cut"],
)
def test_what_is_not_read_says_why(content: bytes, why: str) -> None:
    assert read(content) == ([], [why])


@given(st.binary(max_size=3000), st.booleans())
def test_random_bytes_never_raise(content: bytes, as_zip: bool) -> None:
    read(b"PK\x03\x04" * as_zip + content)


@settings(max_examples=400)
@given(st.sampled_from(METHODS), st.booleans(), st.integers(0, 2**32), st.integers(0))
def test_mutated_zips_never_raise(
    method: int, locked: bool, seed: int, cut: int
) -> None:
    drawn, made = random.Random(seed), bytearray(zipped(method, "a.csv", "b.csv"))
    made = bytearray(encrypted(bytes(made))) if locked else made
    for _ in range(drawn.randint(1, 6)):
        made[drawn.randrange(len(made))] = drawn.randrange(256)
    read(bytes(made[: len(made) - cut % 40]))


# Of the directory's entry: its time and day, its sizes, its place.
@given(
    st.sampled_from(METHODS),
    st.sampled_from([12, 14, 20, 24, 42]),
    st.sampled_from(
        [b"\xff" * 4, b"\x00" * 4, b"\xfe\xff\xff\xff", b"\x00\x00\x00\x80"]
    ),
    st.booleans(),
)
def test_absurd_sizes_places_and_dates_never_raise(
    method: int, at: int, value: bytes, also_local: bool
) -> None:
    made = bytearray(zipped(method))
    entry = made.index(b"PK\x01\x02")
    made[entry + at : entry + at + 4] = value
    if also_local and at < 42:
        made[at - 2 : at + 2] = value
    read(bytes(made))
