"""The words of the design for the states of batches and records."""

from fini.models import Batch
from fini.selectors.batches import Progress
from fini.states import BatchStatus, SubscriptionStatus

B, S = BatchStatus, SubscriptionStatus
Words = tuple[str, str]  # a data-s, and a word of the status vocabulary
BATCH: dict[str, Words] = {
    B.UPLOADED: ("idle", "Draft, columns to choose"),
    B.READING: ("run", "Checking"),
    B.UNREADABLE: ("bad", "Failed, unreadable"),
    B.CHECKED: ("idle", "Not submitted"),
    B.AWAITING_APPROVAL: ("idle", "Awaiting approval"),
    B.QUEUED: ("idle", "Queued"),
    B.SENDING: ("run", "Sending"),
    B.ENDED: ("ok", "Complete"),
    B.DECLINED: ("idle", "Declined"),
    B.WITHDRAWN: ("idle", "Withdrawn"),
    B.LAPSED: ("idle", "Lapsed"),
}
RECORD: dict[str, Words] = {
    S.DRAFTED: ("idle", "Not submitted"),
    S.KEPT_BACK: ("bad", "Exception"),
    S.QUEUED: ("idle", "Queued"),
    S.SENT: ("run", "Sending"),
    S.RECORDED: ("ok", "Recorded"),
    S.REFUSED: ("bad", "Exception"),
    S.UNCONFIRMED: ("hold", "Unconfirmed"),
    S.CHANGED: ("idle", "Closed, changed since"),
    S.INVALIDATED: ("idle", "Invalidated"),
    S.WITHDRAWN: ("idle", "Withdrawn"),
    S.ABANDONED: ("idle", "Abandoned"),
}


def of_batch(batch: Batch) -> Words:
    """How one ended its row says by annotation, in the list and on its own page."""
    if batch.status == B.ENDED:
        if getattr(batch, "has_unconfirmed", False):
            return "hold", "Unconfirmed in part"
        if getattr(batch, "has_refused", False):
            return "bad", "Exceptions"
    return BATCH[batch.status]


def of_notice(batch: Batch, progress: Progress | None) -> Words:
    """Over its sentence: what keeps a batch that is sent, or how another ended."""
    if progress is None:
        s, word = BATCH[batch.status]
        return (s if s in {"bad", "hold"} else "warn"), word
    if progress.unconfirmed:
        return "hold", "Unconfirmed"
    return "warn", "Held up"


def of_record(status: str) -> Words:
    return RECORD[status]
