"""The rules on sending: size, window, consent, SFC WINGS, what was sent before."""

from portal.exchange.hktime import hk_time
from portal.pages.words import hk_date, megabytes
from transfers.spec.candidate import Candidate, Target
from transfers.spec.catalogue import limit_megabytes, size_limit
from transfers.spec.plain import plain_limit
from transfers.spec.results import RuleResult, fails, passes, warns


def size_within_limit(target: Target, candidate: Candidate) -> RuleResult:
    """ECP-07."""
    if candidate.plain_name:
        return _plain_within_limit(target, candidate)
    file_id, size = target.entry.file_id, candidate.size
    most = limit_megabytes(file_id, target.environment)
    limit = size_limit(file_id, target.environment, target.megabyte)
    if size <= limit:
        title = f"{megabytes(size)}, at most {most} MB in {target.environment_words}"
        return passes("size", title)
    return fails(
        "size",
        f"Larger than {most} MB",
        f"The file has {size:,} bytes. HKEX takes at most {limit:,} bytes of {file_id} "
        f"in {target.environment_words}. Leave out what is not due today, or ask HKEX.",
    )


def _plain_within_limit(target: Target, candidate: Candidate) -> RuleResult:
    """Of the plain file: its zip is held against HKEX's limit once it is made."""
    size, most = candidate.size, plain_limit(target.megabyte)
    if size <= most:
        return passes("size", f"{megabytes(size)}; the zip’s size is checked once made")
    return fails(
        "size",
        "Larger than the portal packs",
        f"The file has {size:,} bytes. The portal makes a zip of at most {most:,}. "
        "Leave out what is not due today, or make the zip yourself.",
    )


def not_empty(target: Target, candidate: Candidate) -> RuleResult:
    """ECP-08."""
    if candidate.size > 0:
        return passes("empty", "File is not empty")
    return fails(
        "empty",
        "File is empty",
        "The file has 0 bytes. HKEX refuses an empty file. Make the file again and "
        "choose it once it is written.",
    )


def window_open(target: Target, candidate: Candidate) -> RuleResult:
    """ECP-06, the time window of the File ID."""
    window = target.window
    if window.is_open(target.now):
        return passes("window", f"Window is open: {window}")
    return fails(
        "window",
        f"Window is closed: {window}",
        f"It is {hk_time(target.now):%H:%M} in Hong Kong. HKEX takes "
        f"{target.entry.file_id} from {window}. Send it in the next window, under "
        "that day’s date.",
    )


def consent_declared(target: Target, candidate: Candidate) -> RuleResult | None:
    """ECP-10: only the mapping file needs it."""
    if target.entry.file_id != "HBCNMAPP":
        return None
    if consent := target.consent:
        day = hk_date(consent.declared_on)
        return passes(
            "consent", f"Client consent declared, {day} by {consent.declared_by}"
        )
    return fails(
        "consent",
        "Client consent is not declared",
        "HKEX takes HBCNMAPP only after a one-off declaration on ECP’s web, and none "
        "is recorded here. Declare it there, then have an administrator record who "
        "did and when.",
    )


def not_through_wings(target: Target, candidate: Candidate) -> RuleResult | None:
    """ECP-11."""
    file_id = target.entry.file_id
    if not target.entry.wings_barred:
        return None
    if not target.is_wings:
        return passes("wings", f"{file_id} may be sent: not through SFC WINGS")
    return fails(
        "wings",
        f"{file_id} is barred through SFC WINGS",
        "An Exchange Participant that authenticates through SFC WINGS may not submit "
        f"{file_id} (Guide A §5.1.2). HKEX would refuse it. Use Client Connect.",
    )


def content_is_new(target: Target, candidate: Candidate) -> RuleResult | None:
    """The whole file only: its SHA-256 is not known before."""
    if not candidate.sha256:
        return None
    if (earlier := candidate.same_content) is None:
        return passes("sent", "Not sent before: this SHA-256 is new")
    return fails(
        "sent",
        "Sent before: this SHA-256 is known",
        f"The same content went out as {earlier.reference}, which is "
        f"{earlier.status.lower()}. Sending it again would report it twice. Open that "
        "submission, or choose another file.",
    )


def name_is_new(target: Target, candidate: Candidate) -> RuleResult | None:
    """Another content under a known name is a warning: a correction may be right."""
    if not candidate.sha256 or (earlier := candidate.same_name) is None:
        return None
    return warns(
        "name",
        "This name was sent before with other content",
        f"{earlier.reference} has the same name and is {earlier.status.lower()}. HKEX "
        "may take this one as its replacement. Send it only if that is what you want.",
    )
