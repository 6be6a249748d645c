"""Which states of a submission let a person do what."""

from transfers.states import SubmissionStatus

S = SubmissionStatus
WITHDRAWABLE = (S.DRAFT, S.AWAITING_APPROVAL, S.QUEUED)
REPLACEABLE = (S.REJECTED, S.FAILED, S.ABANDONED)
SAME_FILE_AGAIN = (S.FAILED, S.ABANDONED)
