"""Lines that tell of a rejection, in whatever text; bounded, and never an error."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.distribution import contents
from transfers.distribution.rejections import LONGEST_LINE, MOST_LINES, lines_in

WHY: list[str] = []  # what the reader tells of what it cannot read


@pytest.mark.parametrize(
    "line",
    [
        "2,AAA000,Rejected,4007,Invalid BCAN",
        "Status: PARTIALLY REJECTED",
        "Record 3 failed: no such CID",
        "Rejected: 12",
        "REJ|000123|bad date",
        "10 records rejected",
    ],
)
def test_a_rejection_is_seen(line: str) -> None:
    assert lines_in([f"header\n{line}\n"]) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "1,AAA000,Accepted",
        "Rejected: 0",
        "Total Rejected,0",
        "0 records rejected",
        "No records rejected",
        "Rejected records: none",
        "Line,Status,Rejection Code,Rejection Reason",
    ],
)
def test_a_count_of_none_and_a_heading_are_no_rejection(line: str) -> None:
    assert lines_in([line]) == []


@pytest.mark.timeout(30)
@pytest.mark.parametrize("blank", ["\t", " ", "\t ", "\u3000"])
def test_a_line_of_blanks_takes_no_longer_than_another(blank: str) -> None:
    assert lines_in(["Rejected" + blank * 100_000 + "x"])


def test_a_count_in_a_later_column_is_not_taken_for_none() -> None:
    assert lines_in(["AAA000\tRejected\t\t\t0"])


def test_no_more_is_shown_than_a_person_reads() -> None:
    found = lines_in(["rejected " + "x" * 1000 + "\n"] * 100)
    assert len(found) == MOST_LINES
    assert all(len(line) == LONGEST_LINE for line in found)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    assert len(lines_in(contents.texts(io.BytesIO(content), WHY.append))) <= MOST_LINES


@given(st.binary(max_size=300))
def test_a_broken_zip_has_no_text(rest: bytes) -> None:
    assert list(contents.texts(io.BytesIO(b"PK\x03\x04" + rest), WHY.append)) == []


def test_a_bomb_is_read_to_the_limit() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"0" * (contents.MOST_BYTES * 10))
    out.seek(0)
    assert sum(map(len, contents.texts(out, WHY.append))) == contents.MOST_BYTES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_its_encoding(encoding: str) -> None:
    content = "拒絕 rejected\n".encode(encoding)
    assert lines_in(contents.texts(io.BytesIO(content), WHY.append)) == [
        "拒絕 rejected"
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_in_bounded_memory_is_not_read(method: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.csv", "Rejected\n" * 1000)
    made.seek(0)
    assert list(contents.texts(made, WHY.append)) == []


@given(st.data())
def test_a_zip_with_any_byte_changed_is_read_without_an_error(
    data: st.DataObject,
) -> None:
    made = io.BytesIO()
    method = data.draw(st.sampled_from([0, 8, 12, 14]))
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.csv", "1,AAA000,Rejected,4007\n" * 20)
    content = bytearray(made.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(
            st.integers(0, 255)
        )
    assert (
        len(lines_in(contents.texts(io.BytesIO(bytes(content)), WHY.append)))
        <= MOST_LINES
    )
