"""Reading a zip's directory from its end, with Python's zipfile as the peer."""

import io
import random
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfers import make_zip
from tests.transfers.make_zip import BZIP2, DEFLATED, LZMA, STORED, zip_of
from transfers import zips

METHODS = st.sampled_from([STORED, DEFLATED, BZIP2, LZMA])
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0/\\"), min_size=1
)
MEMBERS = st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=6)


def read(content: bytes) -> list[zips.Member]:
    return zips.read(io.BytesIO(content), len(content))


@given(MEMBERS, METHODS, st.binary(max_size=300).filter(lambda c: b"PK" not in c))
@settings(max_examples=80, deadline=None)
def test_it_reads_what_zipfile_wrote(
    members: dict[str, bytes], method: int, comment: bytes
) -> None:
    content = zip_of(members, method, comment)
    with zipfile.ZipFile(io.BytesIO(content)) as peer:
        wanted = [
            (i.filename, i.compress_type, i.file_size, i.header_offset)
            for i in peer.infolist()
        ]
    found = [(m.name, m.method, m.size, m.offset) for m in read(content)]
    assert found == wanted


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise_anything_but_a_zip_fault(content: bytes) -> None:
    with pytest.raises(zips.ZipFault):
        zips.read_tail(content, len(content))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_zip_reads_or_faults_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(
        data.draw(st.sampled_from([zip_of(), make_zip.zip64_of(), make_zip.aes_zip()]))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(
            st.integers(0, 255)
        )
    cut = bytes(content[: data.draw(st.integers(1, len(content)))])
    assert outcome(cut) in {"read", "fault"}


def outcome(content: bytes) -> str:
    try:
        read(content)
    except zips.ZipFault:
        return "fault"
    return "read"


def test_zip64_is_read() -> None:
    assert [m.name for m in read(make_zip.zip64_of())] == ["a.csv"]


def test_zipfiles_own_zip64_is_read() -> None:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w") as archive,
        archive.open("big.csv", "w", force_zip64=True) as member,
    ):
        member.write(b"x" * 50)
    assert [(m.name, m.size) for m in read(made.getvalue())] == [("big.csv", 50)]


@pytest.mark.ledger("ECP-09/P")
def test_the_method_of_an_aes_member_is_the_one_inside_its_extra_field() -> None:
    (member,) = read(make_zip.aes_zip(method=LZMA))
    assert (member.method_name, member.is_encrypted) == ("LZMA", True)


def test_aes_256_is_told_from_weaker_ones() -> None:
    strengths = [read(make_zip.aes_zip(strength=s))[0].is_aes_256 for s in (1, 2, 3)]
    assert strengths == [False, False, True]


def test_an_old_encrypted_member_is_encrypted_and_not_aes() -> None:
    (member,) = read(make_zip.zipcrypto_zip())
    assert (member.is_encrypted, member.is_aes_256) == (True, False)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no end"),
        (b"just text, no zip at all, not even close", "not a zip"),
        (zip_of()[:-30], "cut short"),
        (zip_of()[:-1], "not a zip|cut short"),
        (zip_of() + b"tail", "after its end"),
        (b"MZ front" + zip_of(), "not where its ending says"),
        (make_zip.overlapping_zip(), "overlap"),
        (make_zip.zip64_of().replace(b"PK\x06\x06", b"PK\x09\x09"), "zip64"),
        (make_zip.zip64_of().replace(b"PK\x06\x07", b"PK\x09\x09"), "zip64"),
        (zip_of().replace(b"PK\x01\x02", b"PK\x09\x09"), "directory is broken"),
        (zip_of().replace(b"PK\x03\x04", b"PK\x09\x09"), "not where"),
    ],
)
def test_each_fault_is_named(content: bytes, says: str) -> None:
    with pytest.raises(zips.ZipFault, match=says):
        read(content)


def test_a_zip_without_a_member_is_a_fault() -> None:
    empty = b"PK\x05\x06" + bytes(18)
    with pytest.raises(zips.ZipFault, match="no file in it"):
        read(empty)


def test_a_second_ending_in_the_comment_is_a_fault() -> None:
    inner = zip_of({"other.csv": b"y"})
    at = inner.rindex(b"PK\x05\x06")
    with pytest.raises(zips.ZipFault):
        read(zip_of(comment=inner[at:]))


def test_a_member_that_hides_another_method_from_the_directory_is_a_fault() -> None:
    content = bytearray(zip_of(method=DEFLATED))
    struct.pack_into("<H", content, 8, LZMA)  # the local header alone
    with pytest.raises(zips.ZipFault, match="disagree"):
        read(bytes(content))


def test_more_members_than_are_allowed_are_a_fault() -> None:
    ending = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 10_001, 10_001, 46 * 10_001, 0, 0
    )
    with pytest.raises(zips.ZipFault, match="10001 members"):
        zips.read_tail(bytes(46 * 10_001) + ending, 46 * 10_001 + 22)


def test_several_disks_are_a_fault() -> None:
    content = bytearray(zip_of())
    struct.pack_into("<H", content, len(content) - 18, 1)
    with pytest.raises(zips.ZipFault, match="several disks"):
        read(bytes(content))


def test_a_directory_beyond_the_tail_asks_for_exactly_what_is_needed() -> None:
    content = zip_of({f"{n:04}.csv": b"x" for n in range(500)})
    with pytest.raises(zips.NeedsTail) as asked:
        zips.read_tail(content[-100:], len(content))
    needed = asked.value.size
    assert len(zips.read_tail(content[-needed:], len(content))) == 500


def test_a_tail_of_70_kb_reads_a_zip_of_any_size() -> None:
    noise = random.Random(1).randbytes(3_000_000)
    content = zip_of({"a.csv": noise}, STORED)
    assert zips.read_tail(content[-70_000:], len(content))[0].size == 3_000_000


def test_a_bomb_costs_nothing_to_read() -> None:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", DEFLATED, compresslevel=9) as archive,
        archive.open("bomb.csv", "w") as member,
    ):
        for _ in range(100):
            member.write(bytes(1_000_000))
    content = made.getvalue()
    tracemalloc.start()
    began = time.perf_counter()
    (found,) = read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.size == 100_000_000
    assert time.perf_counter() - began < 0.5
    assert peak < 2_000_000
