"""The SSH2 file format, with ssh-keygen and asyncssh as independent peers."""

import base64
import shutil
import subprocess
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.rfc4716 import BEGIN, END, LINE, NotSsh2, decode, encode
from tests.keys import keyfiles

BLOB = keyfiles.blob()
PRINTABLE = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=250)


def file_with(*lines: bytes, end: bytes = b"\n") -> bytes:
    """Header lines of the test's own before a sound body."""
    body = encode(BLOB).splitlines()[1:]
    return end.join([BEGIN, *lines, *body, b""])


def keygen(folder: Path, option: str, content: bytes) -> bytes:
    path = folder / "key"
    path.write_bytes(content)
    command = ["ssh-keygen", option, "-m", "RFC4716", "-f", str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.fixture
def sizes() -> range:
    """A thousand seeds; the size of the key follows from the seed."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    return range(1000)


@pytest.mark.slow
@pytest.mark.ledger("ECP-41/P")
def test_we_read_what_ssh_keygen_writes_of_a_thousand_keys(
    tmp_path: Path, sizes: range
) -> None:
    for seed in sizes:
        blob = keyfiles.blob(1024 + 31 * (seed % 100), seed=seed)
        written = keygen(tmp_path, "-e", keyfiles.line(blob))
        assert decode(written).blob == blob


@pytest.mark.slow
@pytest.mark.ledger("ECP-41/P", "RAP-02/P")
def test_ssh_keygen_reads_what_we_write_of_a_thousand_keys(
    tmp_path: Path, sizes: range
) -> None:
    for seed in sizes:
        blob = keyfiles.blob(1024 + 31 * (seed % 100), seed=seed)
        line = keygen(tmp_path, "-i", encode(blob, "o" * (seed % 200)))
        assert line.split()[1] == base64.b64encode(blob)


def test_asyncssh_agrees_both_ways() -> None:
    for seed in range(20):
        blob = keyfiles.blob(2048 + 16 * seed, seed=seed)
        theirs = asyncssh.import_public_key(encode(blob, f"key {seed}"))
        assert theirs.public_data == blob
        assert theirs.get_comment() == f"key {seed}"
        assert decode(theirs.export_public_key("rfc4716")).blob == blob


@given(st.binary(min_size=1, max_size=900), PRINTABLE)
def test_what_is_written_is_read_again(blob: bytes, comment: str) -> None:
    read = decode(encode(blob, comment))
    assert (read.blob, read.comment) == (blob, comment)


@pytest.mark.parametrize("comment", ["x" * 60, "x" * 61, "x" * 62, "é" * 31, "x" * 999])
def test_no_line_that_we_write_is_longer_than_allowed(comment: str) -> None:
    written = encode(BLOB, comment)
    assert max(len(line) for line in written.split(b"\n")) <= LINE
    assert decode(written).comment == comment


@given(st.binary(max_size=2000))
def test_no_bytes_raise_anything_but_a_sentence(noise: bytes) -> None:
    for content in (noise, BEGIN + b"\n" + noise + b"\n" + END):
        try:
            decode(content)
        except NotSsh2 as fault:
            assert fault.sentence.endswith(".")  # noqa: PT017


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_all_line_ends_are_read(end: bytes) -> None:
    content = file_with(b"Comment: of Windows", end=end)
    assert decode(content).comment == "of Windows"


def test_a_byte_order_mark_and_blank_ends_are_let_pass() -> None:
    content = b"\xef\xbb\xbf\n" + file_with().replace(b"\n", b"  \n") + b"\n\n"
    assert decode(content).blob == BLOB


def test_a_comment_goes_on_over_many_lines() -> None:
    content = file_with(b'Comment: "one, \\', b"two, \\", b'three"')
    assert decode(content).comment == "one, two, three"


def test_headers_keep_their_order_and_names_have_no_case() -> None:
    read = decode(file_with(b"Subject: ops", b"x-from: here", b"COMMENT: mine"))
    assert read.headers == (("Subject", "ops"), ("x-from", "here"), ("COMMENT", "mine"))
    assert read.comment == "mine"


def test_a_name_of_64_bytes_and_a_value_of_1024_pass() -> None:
    value = b"v" * 1024
    lines = [
        b"x" * 64 + b": \\",
        *(value[i : i + 64] + b"\\" for i in range(0, 960, 64)),
    ]
    read = decode(file_with(*lines, value[960:]))
    assert read.headers == (("x" * 64, "v" * 1024),)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not begin"),
        (b"ssh-rsa AAAA\n", "does not begin"),
        (b"x\n" + encode(BLOB), "does not begin"),
        (encode(BLOB)[:200], "it was cut"),
        (encode(BLOB) + encode(BLOB), "one file holds one key"),
        (encode(BLOB) + b"x", "one file holds one key"),
        (file_with(b"x" * 65 + b": v"), "1 to 64 ASCII"),
        (file_with(b": v"), "1 to 64 ASCII"),
        (file_with(b"Comment: " + b"v" * 64), "longer than 72"),
        (file_with(b"C: \\", *[b"v" * 64 + b"\\"] * 16, b"v"), "longer than 1,024"),
        (file_with(b"C: \\", *[b"v" * 71 + b"\\"] * 40), "without an end"),
        (b"\n".join([BEGIN, b"C: \\", END]), "without an end"),
        (b"\n".join([BEGIN, b"A*==", END]), "not base64"),
        (b"\n".join([BEGIN, b"AAA", END]), "not base64"),
        (b"\n".join([BEGIN, b"AB==", END]), "missing"),
        (b"\n".join([BEGIN, END]), "missing"),
        (b"\n".join([BEGIN, b"AAAA", b"", b"AAAA", END]), "missing"),
        (b"\n".join([BEGIN, b"AAAA", b"Comment: late", END]), "not base64"),
        (b"\0" * 1_000_000, "larger than"),
    ],
)
def test_a_faulty_file_is_told_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(NotSsh2, match=said):
        decode(content)


@pytest.mark.parametrize("comment", ["two\nlines", "bell\a", "x" * 1023])
def test_a_comment_that_no_header_can_carry_is_refused(comment: str) -> None:
    with pytest.raises(NotSsh2, match="comment"):
        encode(BLOB, comment)
