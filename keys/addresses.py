"""Judging the Remote IP addresses of an account, as typed."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network

from keys.platform_rules import rules_of
from portal.exchange.errors import printable

_OCTETS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LEADING_ZERO = re.compile(r"(?:^|\.)0[0-9]")


class AddressesRefused(ValueError):
    """`sentences`: one for each fault."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def judge(
    texts: Sequence[str], platform: str, circuits: Sequence[IPv4Network]
) -> tuple[IPv4Address, ...]:
    """The addresses, in their order; empty fields are left out.

    `circuits` are the participant's SDNet/2 and HSN subnets. Raises AddressesRefused.
    """
    given = [text.strip() for text in texts if text.strip()]
    faults = [*_number_faults(given, platform), *_repeated(given)]
    faults += [fault for text in given if (fault := _form_fault(text))]
    sound = [IPv4Address(text) for text in given if not _form_fault(text)]
    faults += _subnet_faults(sound, circuits)
    if faults:
        raise AddressesRefused(faults)
    return tuple(sound)


def set_faults(recorded: Collection[str], platform: str) -> list[str]:
    """What HKEX's rules have against the addresses that are recorded: of the account
    at ECP, of all accounts of the CP together elsewhere (Guides B and C §7)."""
    faults = _number_faults(recorded, platform)
    subnets = {subnet_of(IPv4Address(one)) for one in recorded}
    if len(subnets) > 1:
        faults.append(_one_subnet(subnets))
    return faults


def is_loopback(address: str) -> bool:
    """On this machine, so no line to HKEX."""
    return IPv4Address(address).is_loopback


def subnet_of(address: IPv4Address) -> IPv4Network:
    """The first three octets, which is what HKEX compares (Guide A §3.5.3)."""
    return IPv4Network((int(address) & 0xFFFFFF00, 24))


def _number_faults(given: Collection[str], platform: str) -> list[str]:
    allowed = rules_of(platform).addresses
    if len(given) in allowed:
        return []
    fewest, most = allowed[0], allowed[-1]
    wanted = f"{fewest} to {most}" if fewest != most else f"exactly {most}"
    return [f"{platform} registers {wanted} addresses, and {len(given)} are given."]


def _repeated(given: list[str]) -> list[str]:
    counted = Counter(given).items()
    return [
        f"{_said(t)} is given {n} times: once is enough." for t, n in counted if n > 1
    ]


def _form_fault(text: str) -> str | None:
    if not _OCTETS.fullmatch(text):
        return f"{_said(text)} is no IPv4 address: write it like 10.163.3.44."
    if _LEADING_ZERO.search(text):
        return f"{_said(text)} has a leading zero: write it like 10.163.3.44."
    if any(int(octet) > 255 for octet in text.split(".")):
        return f"{_said(text)} has a number above 255: no address has."
    return None


def _subnet_faults(
    sound: list[IPv4Address], circuits: Sequence[IPv4Network]
) -> list[str]:
    faults = [
        f"{address} is in none of your SDNet/2 or HSN circuits’ subnets: register an "
        "address of a circuit, or ask for the circuit to be added."
        for address in sound
        if not any(subnet_of(address).overlaps(circuit) for circuit in circuits)
    ]
    subnets = {subnet_of(address) for address in sound}
    return [*faults, _one_subnet(subnets)] if len(subnets) > 1 else faults


def _one_subnet(subnets: Iterable[IPv4Network]) -> str:
    listed = ", ".join(str(subnet) for subnet in sorted(subnets))
    return f"All addresses must share their first three octets, not {listed}."


def _said(text: str) -> str:
    return f"“{printable(text, 40)}”"
