"""What is sent to HKEX for registration holds all it asks for, and no private key."""

import base64
import io
import re
import zipfile
from ipaddress import IPv4Address

import pytest
from cryptography.hazmat.primitives import serialization

from keys.exposure import holds_private_key
from keys.packs import Pack, PackRefused, rap_pack, rrs_pack, zipped
from keys.privatekeys import PrivateKey
from keys.publickeys import PublicKey, from_blob
from keys.rfc4716 import decode
from tests.keys import keyfiles

ADDRESSES = [IPv4Address("10.163.3.44"), IPv4Address("10.163.3.45")]
Form = serialization.PrivateFormat


def of_the_pair() -> PublicKey:
    return from_blob(PrivateKey(keyfiles.pair()).public_blob(), "RRS")


def rap() -> Pack:
    keys = {"DCXYZ001": of_the_pair(), "DCXYZ002": keyfiles.public_key()}
    return rap_pack("CXYZ", keys, ADDRESSES)


def rrs() -> Pack:
    keys = {"CXYZ001": of_the_pair(), "CXYZ002": keyfiles.public_key()}
    return rrs_pack("CXYZ", keys, ADDRESSES)


def parts(pack: Pack) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack.content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.ledger("RRS-03", "RRS-02/P")
def test_the_pack_of_rrs_holds_what_its_guide_lists() -> None:
    """Guide B §5: A) address template, B) public keys, C) fingerprints."""
    pack, held = rrs(), parts(rrs())
    assert pack.name == "CXYZ.zip"
    assert set(held) == {
        "IP_address_template.txt",
        "CXYZ001.pub",
        "CXYZ002.pub",
        "CXYZ001.fpt",
        "CXYZ002.fpt",
    }
    for told in ("10.163.3.44", "10.163.3.45", "CXYZ001.pub", "CXYZ002.pub"):
        assert told.encode() in held["IP_address_template.txt"]
    assert held["CXYZ001.fpt"] == f"{of_the_pair().md5}\n".encode()
    assert decode(held["CXYZ001.pub"]).blob == of_the_pair().blob


@pytest.mark.ledger("RAP-10")
def test_the_pack_of_rap_holds_keys_fingerprints_and_addresses() -> None:
    pack, held = rap(), parts(rap())
    assert pack.name == "TechS8_CXYZ.zip"
    assert set(held) == {"DCXYZ001.pub", "DCXYZ002.pub", "TechS8.txt"}
    for told in (of_the_pair().md5, "DCXYZ002", "10.163.3.45"):
        assert told.encode() in held["TechS8.txt"]
    assert decode(held["DCXYZ002.pub"]).comment == "DCXYZ002"


@pytest.mark.ledger("RAP-10", "RRS-03")
@pytest.mark.parametrize("pack", [rap(), rrs()], ids=["RAP", "RRS"])
def test_no_pack_holds_anything_of_the_private_key(pack: Pack) -> None:
    numbers = keyfiles.pair().private_numbers()
    secrets = [n.to_bytes(256, "big").lstrip(b"\0") for n in (numbers.d, numbers.p)]
    for content in (pack.content, *parts(pack).values()):
        assert not holds_private_key(content)
        decoded = b"".join(_decoded(line) for line in content.splitlines())
        for secret in secrets:
            assert secret[8:40] not in content
            assert secret[8:40] not in decoded


def _decoded(line: bytes) -> bytes:
    """Its base64, at each of the four places where a run can begin."""
    wanted = re.sub(rb"[^A-Za-z0-9+/]", b"", line)
    runs = (wanted[n:] for n in range(4))
    return b"|".join(base64.b64decode(run[: len(run) // 4 * 4]) for run in runs)


@pytest.mark.ledger("RAP-10", "RRS-03")
@pytest.mark.parametrize("form", [Form.OpenSSH, Form.TraditionalOpenSSL, Form.PKCS8])
@pytest.mark.parametrize("passphrase", [None, keyfiles.PASSPHRASE])
def test_a_part_that_is_a_private_key_stops_the_pack(
    form: serialization.PrivateFormat, passphrase: str | None
) -> None:
    private = keyfiles.private_file(form, passphrase)
    for part in (private, b"harmless\n" + private, keyfiles.ssh2() + private):
        with pytest.raises(PackRefused, match="private key"):
            zipped({"CXYZ001.pub": keyfiles.ssh2(), "notes.txt": part})


@pytest.mark.parametrize(
    ("name", "content"),
    [("id_rsa", b"text"), ("inner.txt", rrs().content), ("key.pub", b"\xff")],
)
def test_only_plain_text_goes_in(name: str, content: bytes) -> None:
    with pytest.raises(PackRefused, match="plain text"):
        zipped({name: content})


def test_the_same_content_gives_the_same_bytes() -> None:
    assert rrs() == rrs()
    assert rap() == rap()


@pytest.mark.parametrize(
    "login_ids", [[], ["CXYZ001"], ["DCXYZ005"], ["DCABC001"], ["dcxyz001"]]
)
def test_accounts_of_others_are_refused(login_ids: list[str]) -> None:
    keys = {login_id: keyfiles.public_key() for login_id in login_ids}
    with pytest.raises(PackRefused, match="login IDs"):
        rap_pack("CXYZ", keys, ADDRESSES)


def test_two_accounts_never_share_a_key() -> None:
    keys = {"CXYZ001": keyfiles.public_key(), "CXYZ002": keyfiles.public_key()}
    with pytest.raises(PackRefused, match="same key"):
        rrs_pack("CXYZ", keys, ADDRESSES)


def test_rrs_needs_both_keys_and_both_addresses() -> None:
    keys = {"CXYZ001": of_the_pair(), "CXYZ002": keyfiles.public_key()}
    with pytest.raises(PackRefused, match="both accounts at once"):
        rrs_pack("CXYZ", {"CXYZ001": of_the_pair()}, ADDRESSES)
    with pytest.raises(PackRefused, match="recorded here: 1"):
        rrs_pack("CXYZ", keys, ADDRESSES[:1])


def test_a_key_of_another_size_is_refused() -> None:
    keys = {"DCXYZ001": keyfiles.public_key("ECP", bits=3072)}
    with pytest.raises(PackRefused, match="size"):
        rap_pack("CXYZ", keys, ADDRESSES)
