"""The daily check of the activity log, and its signed checkpoint by mail."""

import datetime as dt

from django.conf import settings

from portal import clock
from portal.activity import checkpoints, transaction, verify
from portal.activity.models import Chain
from portal.activity.services import record_check
from portal.alerts import mail, outbox, services
from portal.alerts.models import Severity

EXPLANATION = (
    "Keep this mail where the portal's administrators cannot change it. "
    "`manage.py verify_activity --checkpoint FILE` checks it against the log.\n\n"
)


def check_day(now: dt.datetime) -> bool:
    """Once a Hong Kong day: walk every chain, tell the site what is broken, then send
    the checkpoint, which ends the day's work. False when that is done already."""
    if checkpoints.made_on(_day(now)):
        return False
    for chain in Chain.objects.order_by("name"):
        rows, fault = verify.walk(chain)
        record_check(chain, rows, str(fault or ""), now)
        if fault:
            _tell(fault)
        else:
            services.resolve("activity-broken", chain.name, participant=None)
    return send_checkpoint(now)


def send_checkpoint(now: dt.datetime) -> bool:
    """The checkpoint row and its mails, in one transaction."""
    day = _day(now)
    with transaction.atomic():
        made = checkpoints.make(day, now)
        if made is None:
            return False
        outbox.put(
            mail.plain_mail(f"Activity checkpoint {day}", EXPLANATION + made.text),
            [(address, None) for address in settings.CHECKPOINT_RECIPIENTS],
        )
    return True


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(clock.HONG_KONG).date()


def _tell(fault: verify.Fault) -> None:
    services.raise_(
        "activity-broken",
        fault.chain,
        participant=None,
        severity=Severity.BAD,
        title=f"The activity log is broken in chain {fault.chain}",
        body=f"{fault} Somebody or something changed the database past the portal. "
        "Keep a copy of the database, and follow the runbook, “A broken chain”.",
        mail=True,
    )
