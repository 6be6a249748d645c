"""Renewals that start by themselves, as each account's policy has it."""

import datetime as dt
import logging

from keys.models import KeyRenewal, RenewalReason, SftpAccount
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.renewal_states import OPEN
from keys.selectors.ends import keys_of
from keys.services import notices
from keys.services.renewals import start_renewal
from portal.activity import transaction
from portal.exchange.hktime import hk_day

logger = logging.getLogger(__name__)
AT_A_TIME = 10  # a key takes a second or more to draw
# What HKEX refused once by policy is not thrown at it again at once.
PAUSE = dt.timedelta(hours=24)


def renew_due(now: dt.datetime) -> int:
    """Start a renewal for every account whose policy says so; answers how many. An
    account without a working key is told of: nothing can be renewed any more."""
    today = hk_day(now)
    started = 0
    for held in keys_of(_candidates(now)):
        last = held.counted(today)
        if last is None:
            continue
        account = held.account
        if held.timeline.on(today).current is None:
            _tell_of_registration(account)
        elif not held.timeline.usable(today):
            continue  # compromised: a renewal by policy would prolong its life
        elif (last.expires_on - today).days <= account.renewal_policy.days_before:
            started += _start(account, now)
        if started >= AT_A_TIME:
            break
    return started


def _candidates(now: dt.datetime) -> list[SftpAccount]:
    busy = KeyRenewal.objects.filter(status__in=OPEN)
    lately = KeyRenewal.objects.filter(
        reason=RenewalReason.POLICY, created_at__gt=now - PAUSE, created_at__lte=now
    )
    return list(
        SftpAccount.objects.filter(is_enabled=True, renewal_policy__is_enabled=True)
        .exclude(pk__in=busy.values("account"))
        .exclude(pk__in=lately.values("account"))
        .select_related("facility", "participant", "renewal_policy")
        .order_by("login_id")
    )


def _start(account: SftpAccount, now: dt.datetime) -> bool:
    """A renewed key that never logged in is replaced: it is why the old one counts."""
    try:
        start_renewal(account, now, reason=RenewalReason.POLICY, overwrite=True)
    except Refusal as no:
        logger.warning("%s is not renewed: %s", account, no)
        return False
    return True


def _tell_of_registration(account: SftpAccount) -> None:
    with transaction.atomic():
        where = rules_of(account.facility.platform).registers_at
        notices.no_self_service(account, where)
