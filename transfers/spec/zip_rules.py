"""The rules on the zip: that it can be read, and how it is packed."""

from transfers.spec.candidate import Candidate, Target
from transfers.spec.names import visible
from transfers.spec.results import RuleResult, fails, passes
from transfers.zips import Member

_ALLOWED = (0, 8)


def zip_readable(target: Target, candidate: Candidate) -> RuleResult | None:
    if candidate.size == 0 or candidate.plain_name:
        return None
    members = candidate.members
    if members is not None:
        count = f"{len(members)} members" if len(members) != 1 else "1 member"
        return passes("zip", f"Zip can be read: {count}")
    return fails(
        "zip",
        "Zip cannot be read",
        f"{candidate.fault} HKEX would reject it. Make the zip again with a standard "
        "program.",
    )


def compression(target: Target, candidate: Candidate) -> RuleResult | None:
    """ECP-09: STORE or DEFLATE only, for AES members the method inside."""
    if candidate.members is None:
        return None
    wrong = [m for m in candidate.members if m.method not in _ALLOWED]
    if not wrong:
        return passes("method", "Compression is STORE or DEFLATE")
    return fails(
        "method",
        "Compression method",
        f"{first_of(wrong)} inside the zip uses {wrong[0].method_name}. HKEX takes "
        "STORE or DEFLATE only. Make the zip again with the standard method.",
    )


def first_of(members: list[Member]) -> str:
    """The name of the first, and how many more there are."""
    more = len(members) - 1
    name = visible(members[0].name)
    return name if not more else f"{name} (and {more} more)"
