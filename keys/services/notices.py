"""The alerts of keys: three sentences each, raised and resolved by what happens."""

from keys.models import KeyRenewal, SftpAccount, SshKey
from keys.paths import account_path
from keys.selectors.readiness import SOURCE
from keys.warnings import Difference
from portal.alerts import services as alerts
from portal.alerts.models import Severity

FAILED = "key-renewal-failed"
UNCONFIRMED = "key-renewal-unconfirmed"
COMPROMISED = "key-compromised"
DRIFT = "key-drift"
NO_SELF_SERVICE = "key-no-self-service"
NOT_REGISTERED = "key-not-registered"
NONE_KNOWN = "no address is recorded here as registered"


def rejected(renewal: KeyRenewal, sentence: str) -> None:
    _raise(
        FAILED,
        renewal.account,
        Severity.BAD,
        f"The new key of {renewal.account} was not taken",
        f"{sentence} The old key stays in use. Correct the cause and renew again.",
    )


def unconfirmed(renewal: KeyRenewal, sentence: str) -> None:
    _raise(
        UNCONFIRMED,
        renewal.account,
        Severity.HOLD,
        f"The renewal of {renewal.account} is unconfirmed",
        f"{sentence} The old key stays in use until its end. The portal tries the new "
        "key by a login again; compare its fingerprint with the one HKEX shows.",
    )


def proved(renewal: KeyRenewal) -> None:
    account = renewal.account
    for kind in (FAILED, UNCONFIRMED, COMPROMISED, NO_SELF_SERVICE):
        resolve(kind, account)


def not_let_in(key: SshKey, sentence: str) -> None:
    """A person says that HKEX has registered it."""
    _raise(
        NOT_REGISTERED,
        key.account,
        Severity.BAD,
        f"HKEX does not let in the new key of {key.account}",
        f"{sentence} It is recorded as registered, and the old key stays in use. Ask "
        "HKEX whether it is registered, then try a login again, or take the record "
        "back.",
    )


def compromised(key: SshKey, what_now: str) -> None:
    _raise(
        COMPROMISED,
        key.account,
        Severity.BAD,
        f"A key of {key.account} is compromised",
        f"The key {key.fingerprint_md5} may be in other hands. The portal does not "
        f"use it any more. {what_now}",
    )


def no_self_service(account: SftpAccount, where: str) -> None:
    _raise(
        NO_SELF_SERVICE,
        account,
        Severity.BAD,
        f"No key of {account} works any more",
        f"The account cannot log in, and cannot renew a key by itself. "
        f"Register a new key {where}.",
    )


def drift(account: SftpAccount, name: str, found: list[Difference]) -> None:
    told = "; ".join(
        f"{d.what}: ours {d.ours or 'nothing'}, HKEX’s {d.theirs or 'nothing'}"
        for d in found[:5]
    )
    _raise(
        DRIFT,
        account,
        Severity.BAD,
        f"HKEX’s warning about {account} differs from our records",
        f"{name} says otherwise. {told}. Compare both with HKEX’s key page, and "
        "correct what is recorded here.",
    )


def stranger_result(account: SftpAccount, name: str) -> None:
    _raise(
        DRIFT,
        account,
        Severity.WARN,
        f"HKEX answered a key upload of {account} that is not ours",
        f"{name} answers nothing that this portal has uploaded. Somebody else may "
        "have renewed the key. Find out who, and record it here.",
        key=f"{account.pk}:{name}"[:200],
    )


def wrong_source(account: SftpAccount, source: str, registered: list[str]) -> None:
    known = f"registered are {', '.join(registered)}" if registered else NONE_KNOWN
    _raise(
        SOURCE,
        account,
        Severity.BAD,
        f"{account} would log in from an address that is not registered",
        f"This machine reaches HKEX from {source}, and {known}. No login was tried. "
        "Register the address and record it, or set the account’s source address.",
    )


def resolve(kind: str, account: SftpAccount) -> None:
    alerts.resolve(kind, str(account.pk), participant=account.participant)


def resolve_expiries(account: SftpAccount) -> None:
    """A registration settles what was said of the keys before it."""
    for kind in (COMPROMISED, NO_SELF_SERVICE, FAILED, NOT_REGISTERED):
        resolve(kind, account)


def _raise(
    kind: str,
    account: SftpAccount,
    severity: Severity,
    title: str,
    body: str,
    key: str = "",
) -> None:
    alerts.raise_(
        kind,
        key or str(account.pk),
        participant=account.participant,
        severity=severity,
        title=title,
        body=body,
        path=account_path(account),
        action="Open the account",
        mail=True,
    )
