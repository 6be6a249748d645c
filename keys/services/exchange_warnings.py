"""HKEX's own expiry warnings: kept as they came, held against our timeline."""

import datetime as dt
import hashlib
from operator import attrgetter

from keys import warnings
from keys.models import ExpiryWarning, KeyRenewal, SftpAccount, SshKey, Taken
from keys.renewal_states import AT_HKEX, TO_PROVE, RenewalStatus
from keys.selectors.timelines import built
from keys.services import notices, records
from keys.services.leases import Lease
from keys.timelines import Timeline
from keys.warnings import Difference
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.exchange.hktime import hk_day

# Result files are kept 24 hours at most (Guide A §4.6): then it is no excuse.
ANSWERS_WITHIN = dt.timedelta(hours=24)


def read(
    lease: Lease,
    account: SftpAccount,
    name: str,
    content: bytes,
    modified_at: dt.datetime | None,
    now: dt.datetime,
) -> tuple[Difference, ...]:
    """Each text once a day: what it says otherwise than our timeline of the moment
    at which it was made is an alert that shows both, until a warning agrees. While a
    renewal is unsettled nobody knows what agrees: see `settled`."""
    made_at = min(modified_at or now, now)
    said_on = warnings.warned_on(name) or hk_day(made_at)
    with transaction.atomic():
        lease.hold()
        row, is_new = ExpiryWarning.objects.get_or_create(
            account=account,
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            said_on=said_on,
            defaults={"content": content, "seen_at": now},
        )
        if not is_new:
            return ()
        found = () if _is_unsettled(account, now) else _judge(row)
        records.of_account(
            account,
            Kind.KEY,
            f"Read warning [{name}]",
            status=Status.WARNING,
            endpoint=Endpoint.SFTP,
        )
    return found


def settled(renewal: KeyRenewal) -> None:
    """What HKEX warned of while this renewal was under way is judged now, in the
    transaction that ends it."""
    latest = (
        ExpiryWarning.objects.filter(
            account=renewal.account_id, seen_at__gte=renewal.opened_at
        )
        .select_related("account__facility", "account__participant")
        .order_by("-seen_at")
        .first()
    )
    if latest is not None:
        _judge(latest)


def known(account: SftpAccount, names: list[str]) -> set[str]:
    """Names of dated warnings (RRS) that are here: they never change."""
    dated = [name for name in names if warnings.warned_on(name)]
    rows = ExpiryWarning.objects.filter(account=account, name__in=dated)
    return set(rows.values_list("name", flat=True))


def _judge(row: ExpiryWarning) -> tuple[Difference, ...]:
    found = _differences(row.account, bytes(row.content), row.said_on)
    row.differences = [
        {"what": d.what, "ours": d.ours, "theirs": d.theirs} for d in found
    ]
    row.save(update_fields=["differences"])
    if found:
        notices.drift(row.account, row.name, list(found))
    else:
        notices.resolve(notices.DRIFT, row.account)
    return found


def _is_unsettled(account: SftpAccount, now: dt.datetime) -> bool:
    """HKEX may have taken a new key, on a day that only its answer or a login tells."""
    return KeyRenewal.objects.filter(
        account=account,
        status__in=AT_HKEX | TO_PROVE | {RenewalStatus.UPLOADING},
        opened_at__gt=now - ANSWERS_WITHIN,
    ).exists()


def _differences(
    account: SftpAccount, content: bytes, said_on: dt.date
) -> tuple[Difference, ...]:
    platform = account.facility.platform
    rows = warnings.parse(content)
    readings = _possible(account, said_on)
    return min(
        (
            warnings.differences(ours, rows, said_on, complete=platform != "RRS")
            for ours in readings
        ),
        key=len,
    )


def _possible(account: SftpAccount, said_on: dt.date) -> list[Timeline]:
    """What HKEX may have known when it wrote a warning on that day: before and after
    each key that it took on it. The time of day of the file says nothing certain."""
    platform = account.facility.platform
    taken = list(SshKey.objects.filter(account=account, registered_on__isnull=False))
    before = [key for key in taken if key.registered_on and key.registered_on < said_on]
    later = sorted(
        (key for key in taken if key not in before),
        key=attrgetter("known_at"),
    )
    later += _on_its_way(account)
    return [
        built(platform, [*before, *later[:count]]) for count in range(len(later) + 1)
    ]


def _on_its_way(account: SftpAccount) -> list[SshKey]:
    """The key that HKEX may have taken without an answer yet, as if it had."""
    renewal = (
        KeyRenewal.objects.filter(account=account, status__in=AT_HKEX)
        .exclude(opened_at=None)
        .select_related("key")
        .first()
    )
    if renewal is None or renewal.opened_at is None or renewal.key.registered_on:
        return []
    key = renewal.key
    key.registered_on, key.taken = hk_day(renewal.opened_at), Taken.RENEWED
    key.taken_at = renewal.opened_at
    return [key]
