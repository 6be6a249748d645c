"""The tables of the FINI API Gateway, one file a subject."""

from fini.models.decisions import RecordDecision, RecordDecisionKind
from fini.models.funding import (
    FundingDecision,
    FundingLine,
    FundingList,
    FundingProposal,
)
from fini.models.ipos import CodeKind, CodeLabel, Ipo
from fini.models.personal import Erasure, ErasureStatus
from fini.models.profiles import (
    ConnectionTest,
    GatewayCall,
    Part,
    Profile,
    ProfileJwk,
)
from fini.models.reconciliations import Reconciliation
from fini.models.subscriptions import (
    Batch,
    BatchProblem,
    EipoSubscription,
    Origin,
    Sending,
)

__all__ = [
    "Batch",
    "BatchProblem",
    "CodeKind",
    "CodeLabel",
    "ConnectionTest",
    "EipoSubscription",
    "Erasure",
    "ErasureStatus",
    "FundingDecision",
    "FundingLine",
    "FundingList",
    "FundingProposal",
    "GatewayCall",
    "Ipo",
    "Origin",
    "Part",
    "Profile",
    "ProfileJwk",
    "Reconciliation",
    "RecordDecision",
    "RecordDecisionKind",
    "Sending",
]
