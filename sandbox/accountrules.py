"""What may be registered as an account, and from which addresses it may come."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.catalogue import FILE_IDS, IDENTITY_KINDS, PARTICIPANT_KINDS
from sandbox.layout import SandboxError

if TYPE_CHECKING:
    from sandbox.accounts import Account

_OCTET = r"(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_SUBSCRIPTIONS = {"DCASS", "CCMS"}


def check(account: "Account") -> None:
    """Raise SandboxError for the first thing that is wrong."""
    wrong_kinds = {kind for kind, _ in account.identities} - set(IDENTITY_KINDS)
    rules = account.rules
    complaints = {
        f"{account.login!r} is no login of {rules.name}.": (
            not rules.login.fullmatch(account.login)
        ),
        f"Kind {account.kind!r} is unknown.": account.kind not in PARTICIPANT_KINDS,
        f"Identity kinds {wrong_kinds} are unknown.": bool(wrong_kinds),
        "An ECP account needs an identity.": (
            rules.name == "ECP" and not account.identities
        ),
        "A File ID is unknown.": not set(account.file_ids) <= set(FILE_IDS),
        "A subscription is unknown.": not set(account.subscriptions) <= _SUBSCRIPTIONS,
        "An account has two keys at most.": len(account.public_keys) > 2,
        "Encryption needs a password.": (
            account.encryption_enabled and not account.encryption_password
        ),
    }
    for sentence, applies in complaints.items():
        if applies:
            raise SandboxError(sentence)
    check_addresses(account, [])


def check_addresses(account: "Account", fellows: Iterable["Account"]) -> None:
    """Strict IPv4, each once, and no more than the platform takes.

    Guide A §3.5.3: one to four an account. Guide C §7: at most four of the CP;
    Guide B §7: two of the CP; at both in one subnet, the first three octets.
    """
    own = account.remote_ips
    if (
        not isinstance(own, list)
        or not own
        or len(set(own)) != len(own)
        or not all(_IPV4.fullmatch(ip) for ip in own)
    ):
        raise SandboxError(
            "Remote addresses are IPv4 without leading zeros, each once, at least one."
        )
    rules = account.rules
    together = set(own)
    if rules.shared_addresses:
        together.update(ip for one in fellows for ip in one.remote_ips)
        if len({ip.rpartition(".")[0] for ip in together}) > 1:
            raise SandboxError("All remote addresses of a CP share three octets.")
    if len(together) > rules.addresses_at_most:
        raise SandboxError(
            f"{rules.name} takes {rules.addresses_at_most} remote addresses at most."
        )
