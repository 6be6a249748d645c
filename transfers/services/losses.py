"""Files that HKEX removed before they were kept, and those that came back."""

import datetime as dt
import uuid
from collections import Counter

from keys.models import SftpAccount
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.errors import printable
from transfers.models import RetrievedFile, RetrievedStatus
from transfers.services import fetches, risks
from transfers.visit import lease as leases
from transfers.visit.lease import Held

S = RetrievedStatus
VANISHED = "file-vanished"
GIVEN_UP_AFTER = dt.timedelta(days=2)  # what HKEX's guides say may be off by a day
AT_A_TIME = 50
GONE = (
    "HKEX removed it before it was kept. The portal has no copy of it. Ask HKEX for it "
    "if you need it."
)


def vanished(
    lease: Held,
    account: SftpAccount,
    row: RetrievedFile,
    now: dt.datetime,
    more: int | None = 0,
) -> bool:
    """It was listed before and is not now. What had come whole is kept after all.
    `more`: how many are gone with it, for one mail of all; None: that is sent already.
    Answers whether it is lost."""
    if row.stored_key and fetches.keep(lease, row, now):
        return False
    with transaction.atomic():
        lease.hold()
        return _lose(row, now, more)


def give_up(now: dt.datetime) -> int:
    """Long removed by HKEX, and no listing says so: their folder is not shown any more,
    or nobody visits it. What had come whole is kept after all. Answers how many."""
    rows = RetrievedFile.objects.filter(
        status=S.SEEN, removed_at__lte=now - GIVEN_UP_AFTER
    ).select_related("facility", "participant", "identity")
    over = [(row, _keep(row, now)) for row in list(rows[:AT_A_TIME])]
    lost = [row for row, is_kept in over if is_kept is False]
    left, mailed = Counter(row.participant_id for row in lost), set[uuid.UUID]()
    for row in lost:
        whose = row.participant_id
        more = None if whose in mailed else left[whose] - 1
        with transaction.atomic():
            if _lose(row, now, more):
                mailed.add(whose)
    return sum(is_kept is not None for _, is_kept in over)


def _keep(row: RetrievedFile, now: dt.datetime) -> bool | None:
    """Whether our store has it. None while a visit of its account is under way: the
    next sweep looks again."""
    if not row.stored_key:
        return False
    lease = leases.take(row.account_id)
    if lease is None:
        return None
    try:
        return fetches.keep(lease, row, now)
    finally:
        lease.release()


def found_again(lease: Held, account: SftpAccount, pk: uuid.UUID) -> None:
    """Listed again: fetched as if it had never been gone."""
    with transaction.atomic():
        lease.hold()
        RetrievedFile.objects.filter(pk=pk, status=S.VANISHED).update(
            status=S.SEEN, account=account, sentence="", fetch_after=None
        )
        alerts.resolve(VANISHED, str(pk), participant=account.participant)


def _lose(row: RetrievedFile, now: dt.datetime, more: int | None) -> bool:
    """`more`: how many are lost with it, for the one mail; None: without a mail.
    False when it is not there to be lost any more."""
    rows = RetrievedFile.objects.filter(pk=row.pk, status=S.SEEN)
    if not rows.update(status=S.VANISHED, sentence=GONE, warn_at=None):
        return False
    _tell(row, now, more)
    risks.settle(row.facility_id, row.participant)
    activity.append(
        row.participant,
        Kind.DOWNLOAD,
        Endpoint.SFTP,
        f"Download [{row.name}] missed: removed by HKEX",
        Status.FAILED,
        refs={"retrieved": str(row.pk), "account": str(row.account_id)},
        topics=("files", "alerts"),
    )
    return True


def _tell(row: RetrievedFile, now: dt.datetime, more: int | None) -> None:
    with_it = f" {more:,} more are gone with it: see the list." if more else ""
    alerts.raise_(
        VANISHED,
        str(row.pk),
        participant=row.participant,
        severity=Severity.BAD,
        title=f"{printable(row.name, 100)} is gone and was not kept",
        body=f"{row.facility.name} listed it in {printable(row.folder)} at "
        f"{risks.when(row.seen_at, now)}, and lists it no more. The portal has no copy "
        f"of it. Ask HKEX for it if you need it.{with_it}",
        path=risks.page_of(row.participant),
        action="See the files",
        mail=more is not None,
    )
