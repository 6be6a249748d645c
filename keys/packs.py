"""What a participant sends to HKEX to register its keys; never a private one."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from keys.exposure import holds_private_key
from keys.login_ids import key_file_name, login_ids
from keys.platform_rules import rules_of
from keys.publickeys import PublicKey

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
_EXTENSIONS = (".pub", ".fpt", ".txt")


class PackRefused(ValueError):
    """`sentence` says what is missing, or what must not be in it; `next_step` where
    that is mended: "make" or "addresses", of the account `login_id`."""

    def __init__(self, sentence: str, next_step: str = "", login_id: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step, self.login_id = next_step, login_id


@dataclass(frozen=True, slots=True)
class Pack:
    name: str
    content: bytes


def rap_pack(
    customer_code: str,
    keys: Mapping[str, PublicKey],
    addresses: Sequence[IPv4Address],
) -> Pack:
    """For form TechS 8 in Client Connect (Guide C §5): the `.pub` files, and a sheet
    with what is typed into the form. `keys` by login ID."""
    _check("RAP", customer_code, keys, addresses)
    parts = {key_file_name(k): keys[k].ssh2_file(k) for k in sorted(keys)}
    lines = [f"RAP accounts of {customer_code}, for form TechS 8 in Client Connect", ""]
    for login_id in sorted(keys):
        lines += [
            f"User account: {login_id}",
            f"Public key file: {key_file_name(login_id)}",
            f"Public key fingerprint: {keys[login_id].md5}",
            "",
        ]
    parts["TechS8.txt"] = _text([*lines, *_address_lines(addresses)])
    return Pack(f"TechS8_{customer_code}.zip", zipped(parts))


def rrs_pack(
    customer_code: str,
    keys: Mapping[str, PublicKey],
    addresses: Sequence[IPv4Address],
) -> Pack:
    """`CXXX.zip` (Guide B §5): address template, both `.pub`, both `.fpt`.

    HKEX's own template is not public; ours holds the facts it asks for.
    """
    _check("RRS", customer_code, keys, addresses)
    missing = sorted(set(login_ids("RRS", customer_code)) - set(keys))
    if missing:
        raise PackRefused(
            f"RRS registers both accounts at once, and {missing[0]} has no key.",
            *("make", missing[0]),
        )
    names = [key_file_name(k) for k in sorted(keys)]
    lines = [f"SFTP accounts of {customer_code}", "", *_address_lines(addresses)]
    lines += [f"Public key file {n}: {name}" for n, name in enumerate(names, 1)]
    parts = {"IP_address_template.txt": _text(lines)}
    for login_id in sorted(keys):
        parts[key_file_name(login_id)] = keys[login_id].ssh2_file(login_id)
        parts[f"{login_id}.fpt"] = fingerprint_file(keys[login_id])
    return Pack(f"{customer_code}.zip", zipped(parts))


def fingerprint_file(key: PublicKey) -> bytes:
    """The `.fpt` of Guide B §3.2.2: the fingerprint as text."""
    return f"{key.md5}\n".encode()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The last gate: plain text files of three kinds, none with a private key.

    Stored, not compressed, so that whoever searches the bytes sees all of them.
    """
    for name, content in parts.items():
        if holds_private_key(content) or holds_private_key(name.encode()):
            raise PackRefused(
                "The pack was not made: a private key was about to go in."
            )
        if not name.endswith(_EXTENSIONS) or not _is_plain(content):
            raise PackRefused("The pack was not made: it takes plain text files only.")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, content)
    return out.getvalue()


def _check(
    platform: str,
    customer_code: str,
    keys: Mapping[str, PublicKey],
    addresses: Sequence[IPv4Address],
) -> None:
    if not keys or not set(keys) <= set(login_ids(platform, customer_code)):
        raise PackRefused(
            f"The login IDs are not those of {customer_code} at {platform}."
        )
    if len({key.blob for key in keys.values()}) < len(keys):
        raise PackRefused("Two accounts have the same key: each needs its own pair.")
    if any(key.bits not in rules_of(platform).bits for key in keys.values()):
        raise PackRefused(f"A key has a size that {platform} does not take.")
    if len(addresses) not in rules_of(platform).addresses:
        allowed = rules_of(platform).addresses
        fewest, most = allowed[0], allowed[-1]
        wanted = f"{fewest} to {most}" if fewest != most else f"exactly {most}"
        raise PackRefused(
            f"{platform} registers {wanted} addresses; recorded here: "
            f"{len(addresses)}.",
            *("addresses", min(keys)),
        )


def _address_lines(addresses: Sequence[IPv4Address]) -> list[str]:
    return [f"IP address {n}: {address}" for n, address in enumerate(addresses, 1)]


def _text(lines: Sequence[str]) -> bytes:
    """For people on Windows, as HKEX's own text files are."""
    return "".join(f"{line}\r\n" for line in lines).encode()


def _is_plain(content: bytes) -> bool:
    return all(32 <= octet < 127 or octet in b"\r\n" for octet in content)
