"""Zips that we make: read by two other programs, and by our own check."""

import datetime as dt
import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import zips as peer
from transfers import zips
from transfers.zips import Opening, sealing

PASSWORD = "Correct-Horse-7"
AT = dt.datetime(2024, 3, 1, 15, 4, tzinfo=dt.UTC)
NAME = "HBCNMAPP_AAA000_20240301.csv"
PASSWORDS = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=10, max_size=128
)


def sealed(content: bytes, password: str | None = PASSWORD) -> bytes:
    blocks = sealing.seal(
        *(io.BytesIO(content), len(content), NAME, AT, password),
        progress=lambda _: None,
    )
    return b"".join(blocks)


def opening(content: bytes, password: str = PASSWORD) -> Opening:
    source = io.BytesIO(content)
    return zips.opening(source, zips.read(source, len(content)), password)


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.ledger("ECP-64")
@given(st.binary(max_size=5000), PASSWORDS)
@settings(max_examples=40, deadline=None)
def test_pyzipper_reads_what_we_made(content: bytes, password: str) -> None:
    with pyzipper.AESZipFile(io.BytesIO(sealed(content, password))) as archive:
        archive.setpassword(password.encode())
        (entry,) = archive.infolist()
        assert (entry.filename, entry.compress_type) == (NAME, zipfile.ZIP_DEFLATED)
        assert (entry.wz_aes_strength, entry.wz_aes_version) == (3, 2)
        assert archive.read(NAME) == content


@pytest.mark.ledger("ECP-64", "ECP-60/P")
@given(st.binary(max_size=5000), PASSWORDS)
@settings(max_examples=40, deadline=None)
def test_the_exchange_and_our_check_open_what_we_made(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, password: str
) -> None:
    made = sealed(content, password)
    path = Path(tmp_path_factory.mktemp("zip")) / "made.zip"
    path.write_bytes(made)
    assert all(member.aes_256 for member in peer.members(path))
    assert peer.opens_with(path, password)
    assert opening(made, password) is Opening.OPENS


@given(st.binary(max_size=500))
@settings(max_examples=40, deadline=None)
def test_without_a_password_it_is_an_ordinary_zip(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(sealed(content, None))) as archive:
        assert archive.testzip() is None
        assert archive.read(NAME) == content


@given(st.binary(max_size=2000), PASSWORDS, st.data())
@settings(max_examples=60, deadline=None)
def test_pyzippers_zips_are_opened_alike(
    content: bytes, password: str, data: st.DataObject
) -> None:
    method = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    made = io.BytesIO()
    with pyzipper.AESZipFile(
        made, "w", compression=method, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        archive.writestr("a.csv", content)
        archive.writestr("b.csv", content * 2)
    assert opening(made.getvalue(), password) is Opening.OPENS


@pytest.mark.ledger("ECP-60/P")
@given(PASSWORDS.filter(lambda text: text != PASSWORD))
@settings(max_examples=60, deadline=None)
def test_another_password_never_opens_it(password: str) -> None:
    """By the two bytes of the check, or, once in 65,536, by the HMAC."""
    assert opening(sealed(b"bcan,cid\r\n"), password) is not Opening.OPENS


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_one_changed_bit_of_the_content_is_seen(data: st.DataObject) -> None:
    made = sealed(b"bcan,cid\r\n" * 50)
    start = 30 + len(NAME) + 11  # the member's header, name and AES extra field
    end = made.index(b"PK\x07\x08", start)
    found = opening(changed(made, data.draw(st.integers(start, end - 1))))
    assert found is not Opening.OPENS


def test_a_changed_byte_under_the_right_password_is_damage() -> None:
    made = sealed(b"bcan,cid\r\n" * 50)
    at = 30 + len(NAME) + 11 + 18 + 5
    assert opening(changed(made, at)) is Opening.DAMAGED


def test_a_member_too_short_for_its_seal_is_damaged() -> None:
    made = io.BytesIO(b"PK\x03\x04" + bytes(60))
    member = zips.Member("a", 8, True, 3, 27, 0, 0, b"a", 99)
    assert zips.opening(made, [member], PASSWORD) is Opening.DAMAGED


def test_a_member_whose_bytes_end_early_is_damaged() -> None:
    made = sealed(b"bcan,cid\r\n")
    (member,) = zips.read(io.BytesIO(made), len(made))
    cut = io.BytesIO(made[: member.offset + 30 + len(NAME) + 11 + 20])
    assert zips.opening(cut, [member], PASSWORD) is Opening.DAMAGED


@pytest.mark.slow
def test_100_mb_are_sealed_and_opened_in_constant_memory(tmp_path: Path) -> None:
    size, path = 100_000_000, tmp_path / "made.zip"

    class Lines(io.RawIOBase):
        left = size

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            count = min(len(buffer), self.left)
            buffer[:count] = (b"1234567,a client\r\n" * (count // 18 + 1))[:count]
            self.left -= count
            return count

    blocks = sealing.seal(
        io.BufferedReader(Lines()), size, NAME, AT, PASSWORD, lambda _: None
    )
    tracemalloc.start()
    with path.open("wb") as made:
        made.writelines(blocks)
    with path.open("rb") as source:
        members = zips.read(source, path.stat().st_size)
        assert zips.opening(source, members, PASSWORD) is Opening.OPENS
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 << 20
