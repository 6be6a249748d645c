"""Result files: names and contents as HKEX writes them, and as a stranger might."""

import hashlib
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.results import (
    Rejection,
    ResultName,
    checksum_in,
    rejection_in,
)

DIGEST = hashlib.sha256(b"a submission").hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()

originals = st.text(
    st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=128
)
hex_digits = st.text("0123456789abcdefABCDEF", min_size=64, max_size=64)
around = st.binary(max_size=50).map(lambda b: bytes(c for c in b if c < 0x30 and c))


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("key.pub.101500.rcvd", ResultName("key.pub", time(10, 15), 0, "rcvd")),
        ("key.pub.235959.1.rcvd", ResultName("key.pub", time(23, 59, 59), 1, "rcvd")),
        ("key.pub.000000.2.rej", ResultName("key.pub", time(0), 2, "rej")),
        ("DCXXX001.pub.101500.rej", ResultName("DCXXX001.pub", time(10, 15), 0, "rej")),
        ("a.101500.101501.rcvd", ResultName("a.101500", time(10, 15, 1), 0, "rcvd")),
    ],
)
def test_a_result_name_gives_the_original_the_time_and_the_number(
    name: str, result: ResultName
) -> None:
    assert ResultName.parse(name) == result


@pytest.mark.parametrize(
    "name",
    [
        "",
        "key.pub",
        "key.pub.rcvd",
        "key.pub.240000.rcvd",
        "key.pub.106000.rcvd",
        "key.pub.10150.rcvd",
        "key.pub.101500.RCVD",
        ".101500.rcvd",
        "key.pub.101500.rcvd\n",
        "key\u202e.pub.101500.rcvd",
        "key.pub.١٠١٥٠٠.rcvd",
        "SSHKeyExpireWarning.txt",
    ],
)
def test_another_name_is_no_result(name: str) -> None:
    assert ResultName.parse(name) is None


@given(originals, st.times(), st.integers(1, 999), st.sampled_from(["rcvd", "rej"]))
def test_every_original_name_is_read_back(
    original: str, at: time, seq: int, kind: str
) -> None:
    found = ResultName.parse(f"{original}.{at:%H%M%S}.{seq}.{kind}")
    assert found is not None
    assert (found.original, found.seq, found.kind) == (original, seq, kind)
    assert found.at == at.replace(microsecond=0, fold=0)


@given(st.text())
def test_no_name_makes_the_reading_fail(name: str) -> None:
    assert ResultName.parse(name) is None or name.endswith((".rcvd", ".rej"))


@pytest.mark.parametrize(
    "content",
    [
        DIGEST.encode(),
        DIGEST.upper().encode() + b"\r\n",
        b"\xef\xbb\xbfHBCNMAPP.zip " + DIGEST.encode(),
        DIGEST.encode("utf-16"),
        f"{DIGEST} {DIGEST.upper()}".encode(),
        f"SHA256:{DIGEST}\0\0".encode(),
    ],
)
def test_the_checksum_is_found_and_given_in_upper_case(content: bytes) -> None:
    assert checksum_in(content) == DIGEST.upper()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        DIGEST[:-1].encode(),
        DIGEST.encode() + b"0",
        f"{DIGEST} {OTHER}".encode(),
        b"accepted",
    ],
)
def test_no_checksum_or_several_different_ones_are_none(content: bytes) -> None:
    assert checksum_in(content) is None


@given(around, hex_digits, around)
def test_the_checksum_is_found_whatever_stands_around_it(
    before: bytes, digits: str, after: bytes
) -> None:
    assert checksum_in(before + digits.encode() + after) == digits.upper()


@given(st.binary())
def test_no_content_makes_the_reading_of_a_checksum_fail(content: bytes) -> None:
    assert len(checksum_in(content) or "0" * 64) == 64


@pytest.mark.ledger("ECP-50/P")
@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (
            b"4007 File name contains invalid characters\r\n",
            "4007",
            "File name contains invalid characters",
        ),
        (b"04007\r\nBad name\r\n", "04007", "Bad name"),
        (b"04007Bad name", "04007", "Bad name"),
        (b"4007, Bad name", "4007", "Bad name"),
        (b"040073 files in the zip", "04007", "3 files in the zip"),
        (b"\xef\xbb\xbf4007 Bad name", "4007", "Bad name"),
        ("4007 Bad name".encode("utf-16"), "", "ÿþ4007 Bad name"),
        ("4007 檔案名稱".encode(), "4007", "檔案名稱"),
        (b"4007 caf\xe9", "4007", "café"),
        (b"4007 Bad\0 name\0\0", "4007", "Bad name"),
        ("4007 \u202egpj.exe".encode(), "4007", "gpj.exe"),
        (b"4007 red\x1b[31m", "4007", "red?[31m"),
        (b"No code at all", "", "No code at all"),
        (b"", "", ""),
    ],
)
def test_a_rejection_has_a_code_and_a_reason(
    content: bytes, code: str, reason: str
) -> None:
    assert rejection_in(content) == Rejection(code, reason)


@given(st.binary(max_size=6000))
def test_no_content_makes_the_reading_of_a_rejection_fail(content: bytes) -> None:
    rejection = rejection_in(content)
    assert len(rejection.code) <= 5
    assert len(rejection.reason) <= 1000
    assert rejection.reason.isprintable()


@given(st.integers(0, 99999), st.text("abcdefg XYZ", max_size=255))
def test_a_rejection_of_the_guides_length_is_read_whole(code: int, text: str) -> None:
    content = f"{code:05} a{text}z\r\n".encode()
    expected = " ".join(f"a{text}z".split())
    assert rejection_in(content) == Rejection(f"{code:05}", expected)
