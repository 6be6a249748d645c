"""A key in other hands: not used any more, and replaced the way its platform has."""

import datetime as dt

from keys.models import KeyRenewal, Platform, RenewalReason, SshKey
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.renewal_states import RenewalStatus
from keys.selectors.timelines import timeline_of
from keys.services import notices, records
from keys.services.moves import move
from keys.services.renewals import start_renewal
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting

R = RenewalStatus


def compromised(key: SshKey, acting: Acting, now: dt.datetime) -> KeyRenewal | None:
    """Mark it, and never use it again. ECP: a renewal starts at once and is answered
    (ECP-67); RAP and RRS, or no key left: None, register again (RAP-23). Raises
    Refusal for a key that HKEX does not take any more, or that is marked."""
    known = timeline_of(key.account)
    found = known.find(key.fingerprint_md5)
    if key.compromised_on or not found or hk_day(now) >= found.expires_on:
        raise Refusal(
            "This key is marked already, or HKEX does not take it any more.",
            "Nothing was changed.",
            "Mark the key that is in use.",
        )
    account = key.account
    renews = account.facility.platform == Platform.ECP
    with transaction.atomic():
        key.compromised_on = hk_day(now)
        key.save(update_fields=["compromised_on"])
        notices.compromised(key, _what_now(account.facility.platform))
        records.of_key(key, "Mark compromised", by=acting.user, status=Status.WARNING)
    _stop_renewing_with(key, now)
    if not renews:
        return None
    return start_renewal(account, now, by=acting.user, reason=RenewalReason.COMPROMISED)


def _stop_renewing_with(key: SshKey, now: dt.datetime) -> None:
    """What waits in the queue is made anew: in one line with the marked key's end."""
    waiting = KeyRenewal.objects.filter(
        account=key.account, status__in=(R.DRAFTED, R.QUEUED)
    ).select_related("key__account__participant")
    for renewal in waiting:
        with transaction.atomic():
            move(renewal, R.WITHDRAWN, ended_at=now, sentence="A key is compromised.")


def _what_now(platform: str) -> str:
    if platform == Platform.ECP:
        return "A renewal was started: the mark goes when the new key has logged in."
    where = rules_of(platform).registers_at
    return (
        f"Register a new key {where}, and ask HKEX to revoke this one: a renewal "
        "would leave it valid for up to 14 days."
    )
