"""Comparing what HKEX shows with a key of ours."""

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from keys.comparison import OTHER, SAME, compare
from tests.keys.keyfiles import GUIDE_SAMPLE, line, private_file, public_key, ssh2

OURS = public_key(seed=1)


def told(content: bytes, name: str = "key.pub") -> tuple[str, str]:
    found = compare(name, content, "RRS", OURS.md5, OURS.sha256)
    return found.status, found.sentence


@pytest.mark.ledger("ECP-42/P")
@pytest.mark.parametrize(
    "shown",
    [
        OURS.md5.encode(),
        OURS.md5.upper().encode(),
        f" MD5:{OURS.md5}\r\n".encode(),
        OURS.sha256.encode(),
        ssh2(seed=1),
        line(OURS.blob),
    ],
)
def test_the_same_key_is_known_in_every_form(shown: bytes) -> None:
    assert told(shown) == ("ok", SAME)


@pytest.mark.parametrize("shown", [public_key(seed=2).md5.encode(), ssh2(seed=2)])
def test_another_key_is_told(shown: bytes) -> None:
    assert told(shown) == ("bad", OTHER)


@pytest.mark.parametrize("form", [PrivateFormat.OpenSSH, PrivateFormat.PKCS8])
def test_a_private_key_is_refused_and_said_to_be_exposed(form: PrivateFormat) -> None:
    status, sentence = told(private_file(form))
    assert status == "bad"
    assert "treat the key as exposed" in sentence


@pytest.mark.ledger("ECP-41/P")
@pytest.mark.parametrize(
    "given", [GUIDE_SAMPLE, b"x" * 1_000_000, b"\0\xff\xfe", ssh2(1024), ssh2(4097)]
)
def test_what_is_no_key_that_hkex_takes_has_its_sentence(given: bytes) -> None:
    status, sentence = told(given)
    assert status == "bad"
    assert sentence.endswith(".")
