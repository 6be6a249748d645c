"""Every rule, and the two moments they run: before the upload, on the whole file."""

from collections.abc import Callable

from transfers.spec import encryption_rules, name_rules, send_rules, zip_rules
from transfers.spec.candidate import Candidate, Target
from transfers.spec.results import RuleResult, Verdict, verdict

Rule = Callable[[Target, Candidate], RuleResult | None]

# None means that a rule has nothing to say of this file, or not yet.
RULES: tuple[Rule, ...] = (
    name_rules.belongs_to_menu,
    name_rules.name_is_clean,
    name_rules.name_pattern,
    name_rules.identity_in_name,
    name_rules.identity_kind,
    name_rules.date_is_today,
    name_rules.name_length,
    send_rules.size_within_limit,
    send_rules.not_empty,
    send_rules.window_open,
    send_rules.not_through_wings,
    send_rules.consent_declared,
    send_rules.content_is_new,
    send_rules.name_is_new,
    zip_rules.zip_readable,
    zip_rules.compression,
    encryption_rules.encryption,
)


def judge(target: Target, candidate: Candidate) -> Verdict:
    """Run every rule, failing first. What is known of the whole file only is said
    only when the candidate has a SHA-256."""
    answers = (rule(target, candidate) for rule in RULES)
    return verdict([answer for answer in answers if answer is not None])
