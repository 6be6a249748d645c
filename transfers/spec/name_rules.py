"""The rules on the name: its form, its length, identity, date and File ID."""

from portal.exchange.hktime import hk_day
from transfers.spec import names
from transfers.spec.candidate import Candidate, Target
from transfers.spec.results import RuleResult, fails, passes


def belongs_to_menu(target: Target, candidate: Candidate) -> RuleResult:
    """ECP-06: a File ID of another menu is refused."""
    entry = target.entry
    if entry.menu == target.menu:
        return passes("menu", f"{entry.file_id} belongs to the chosen menu")
    return fails(
        "menu",
        f"{entry.file_id} does not belong to the chosen menu",
        f"{entry.file_id} is sent through “{entry.menu}”. HKEX would reject it here. "
        "Choose that menu.",
    )


def name_is_clean(target: Target, candidate: Candidate) -> RuleResult:
    if reason := names.hostile(candidate.plain_name or candidate.name):
        return fails("characters", "Name has characters that cannot be sent", reason)
    return passes("characters", "Name has plain characters only")


def name_length(target: Target, candidate: Candidate) -> RuleResult:
    """ECP-16: HKEX's server refuses a longer one, without a rejection file."""
    count, most = len(candidate.name), names.LONGEST
    if count <= most:
        return passes("length", f"Name has {count} characters, {most} allowed")
    return fails(
        "length",
        f"Name has {count} characters, {most} allowed",
        "HKEX refuses a longer name and writes no rejection file. "
        f"Rename the file to {target.entry.pattern}.",
    )


def name_pattern(target: Target, candidate: Candidate) -> RuleResult:
    """ECP-06."""
    title = f"Name follows {target.entry.pattern}"
    try:
        names.parse(candidate.name, target.entry)
    except names.BadName as fault:
        return fails(
            "pattern",
            f"Name does not follow {target.entry.pattern}",
            f"{fault} HKEX would reject it. Rename the file, or choose another.",
        )
    return passes("pattern", title)


def identity_in_name(target: Target, candidate: Candidate) -> RuleResult | None:
    """ECP-04; nothing to say when the name cannot be taken apart."""
    code = target.identity_code
    if (name := _parsed(target, candidate)) is None:
        return None
    if name.code == code:
        return passes("identity", f"Identity in the name, {code}, is the one you chose")
    return fails(
        "identity",
        "Identity in the name is not the one you chose",
        f"The name says {name.code} and you act for {code}. HKEX would reject it. "
        f"Choose the file of {code}, or act for {name.code}.",
    )


def identity_kind(target: Target, candidate: Candidate) -> RuleResult:
    """A File ID is for CE numbers or for Firm IDs (spec-notes)."""
    entry = target.entry
    if target.identity_kind == entry.identity_kind:
        return passes("kind", f"{entry.file_id} is for a {entry.kind_words}")
    return fails(
        "kind",
        f"{target.identity_code} is not a {entry.kind_words}",
        f"{entry.file_id} carries a {entry.kind_words} in its name. HKEX would reject "
        f"another identity. Choose a {entry.kind_words}.",
    )


def date_is_today(target: Target, candidate: Candidate) -> RuleResult | None:
    """ECP-05; nothing to say when the name cannot be taken apart."""
    if (name := _parsed(target, candidate)) is None:
        return None
    today = hk_day(target.now)
    if name.day == today:
        return passes("date", f"Date in the name, {today}, is today")
    return fails(
        "date",
        "Date in the name is not today",
        f"The name says {name.day}. Today in Hong Kong is {today}. HKEX would reject "
        "it. Choose the file made today, or rename it if its content is today’s.",
    )


def _parsed(target: Target, candidate: Candidate) -> names.Name | None:
    try:
        return names.parse(candidate.name, target.entry)
    except names.BadName:
        return None
