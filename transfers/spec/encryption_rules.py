"""The rule on encryption: what may, must and must not be, and with which password."""

from transfers.spec.candidate import Candidate, Target
from transfers.spec.results import RuleResult, fails, passes
from transfers.spec.zip_rules import first_of
from transfers.zips import Member, Opening

_WEAKER = {1: "AES-128", 2: "AES-192"}
_BY_THE_PORTAL = "Choose the plain file, and the portal makes the zip."


def encryption(target: Target, candidate: Candidate) -> RuleResult | None:
    """ECP-60, ECP-65. Whether the password opens it is known of the whole file only."""
    if candidate.plain_name:
        return _made_here(target)
    if candidate.members is None:
        return None
    locked = [m for m in candidate.members if m.is_encrypted]
    if not target.entry.may_be_encrypted:
        return _never(target, locked)
    if locked or target.encryption.is_enabled:
        return _as_registered(target, candidate, locked)
    return passes("encryption", "Not encrypted, as file encryption is off")


def _as_registered(
    target: Target, candidate: Candidate, locked: list[Member]
) -> RuleResult:
    if not target.encryption.is_registered:
        return _not_registered(locked)
    bare = [m for m in candidate.members or () if not m.is_encrypted]
    if target.encryption.is_enabled and bare:
        return _bare(bare)
    if weaker := [m for m in locked if not m.is_aes_256]:
        return _weaker(weaker)
    return _opens(candidate)


def _made_here(target: Target) -> RuleResult:
    """ECP-64: of a plain file the zip is made as it must be."""
    if not target.entry.may_be_encrypted:
        return passes("encryption", "The portal makes the zip, not encrypted")
    if not target.encryption.is_enabled:
        return passes(
            "encryption", "The portal makes the zip; file encryption is off, so plain"
        )
    if not target.encryption.is_registered:
        return _not_registered([])
    return passes("encryption", "The portal makes the AES-256 zip of it")


def _never(target: Target, locked: list[Member]) -> RuleResult:
    if not locked:
        return passes("encryption", "Not encrypted")
    return fails(
        "encryption",
        "Encrypted zip",
        f"{first_of(locked)} is encrypted. HKEX takes encrypted zips of HBCNMAPP only, "
        f"not of {target.entry.file_id}. Make the zip again without a password.",
    )


def _not_registered(locked: list[Member]) -> RuleResult:
    if not locked:
        return fails(
            "encryption",
            "File encryption is on, and no password is registered",
            "HKEX takes only a zip that is encrypted with the registered password, and "
            "none is recorded here. Have an administrator record it first.",
        )
    return fails(
        "encryption",
        "Encrypted zip, and no password is registered",
        f"{first_of(locked)} is encrypted. HKEX can open it only once the password "
        "is registered on ECP’s web. Register it there first, or make the zip "
        "again without a password.",
    )


def _bare(members: list[Member]) -> RuleResult:
    return fails(
        "encryption",
        "Not encrypted, and file encryption is on",
        f"{first_of(members)} is not encrypted. HKEX takes HBCNMAPP only encrypted "
        f"with AES-256 and the registered password. {_BY_THE_PORTAL}",
    )


def _weaker(members: list[Member]) -> RuleResult:
    kind = _WEAKER.get(members[0].aes_strength, "an older method")
    return fails(
        "encryption",
        "Encrypted, and not with AES-256",
        f"{first_of(members)} is encrypted with {kind}, which is weaker. HKEX takes "
        f"AES-256 only. {_BY_THE_PORTAL}",
    )


def _opens(candidate: Candidate) -> RuleResult:
    if candidate.opening is Opening.OPENS:
        return passes("encryption", "AES-256 zip, opens with the registered password")
    if candidate.opening is Opening.WRONG_PASSWORD:
        return fails(
            "encryption",
            "Does not open with the registered password",
            "The zip was made with another password. HKEX could not open it and would "
            f"reject it. {_BY_THE_PORTAL}",
        )
    if candidate.opening is Opening.DAMAGED:
        return fails(
            "encryption",
            "Encrypted content is damaged",
            "The password is the registered one, and the content was changed after it "
            "was encrypted. HKEX would reject it. Make the zip again.",
        )
    if candidate.sha256:
        return fails(
            "encryption",
            "The registered password cannot be read",
            "The portal cannot open the password in its store, and so cannot tell "
            "whether it opens the zip. Nothing was sent. Tell the administrator.",
        )
    return passes("encryption", "Encrypted with AES-256")
