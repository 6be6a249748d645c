"""Files out, files in, and the visits that carry them."""

from transfers.models.expected import (
    ExpectedDays,
    ExpectedFile,
    ExpectedRule,
    ExpectedStatus,
    HabitDeclined,
)
from transfers.models.handovers import HandOver, HandOverRule, HandOverStatus
from transfers.models.purges import PurgeProposal, PurgeStatus, StoreMeasure
from transfers.models.retrieved import NO_TIME, RetrievedFile, RetrievedStatus
from transfers.models.schedules import Fetching, FetchSchedule, ScheduleKind
from transfers.models.submissions import (
    Attempt,
    AttemptOutcome,
    Decision,
    DecisionKind,
    ResultFile,
    Submission,
)
from transfers.models.uploads import FileUpload, Packing, UploadStatus
from transfers.models.visits import Lease, Visit, VisitOutcome, WorkerHeartbeat

__all__ = [
    "NO_TIME",
    "Attempt",
    "AttemptOutcome",
    "Decision",
    "DecisionKind",
    "ExpectedDays",
    "ExpectedFile",
    "ExpectedRule",
    "ExpectedStatus",
    "FetchSchedule",
    "Fetching",
    "FileUpload",
    "HabitDeclined",
    "HandOver",
    "HandOverRule",
    "HandOverStatus",
    "Lease",
    "Packing",
    "PurgeProposal",
    "PurgeStatus",
    "ResultFile",
    "RetrievedFile",
    "RetrievedStatus",
    "ScheduleKind",
    "StoreMeasure",
    "Submission",
    "UploadStatus",
    "Visit",
    "VisitOutcome",
    "WorkerHeartbeat",
]
