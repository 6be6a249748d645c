"""Funding as FINI lists it, and the proposals to confirm or reject it."""

from django.db import models

from fini.models.profiles import Profile
from fini.models.subscriptions import Sending
from fini.states import LIVE_DECISIONS, DecisionStatus, ProposalStatus
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from portal.rows import Row


class FundingLine(Row):
    """An entry of funding/query as it last came; `fields` is all of it. `amount` and
    `bank` are read from fields of our reading (`names`), None and "" where absent."""

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="funding")
    ipo_id = models.CharField(max_length=40)
    transaction_ref = models.CharField(max_length=40)
    status = models.CharField(max_length=10, blank=True)  # preFundingStatus
    bank = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    deadline = models.DateTimeField(null=True)
    fields = models.JSONField(default=dict)
    fetched_at = models.DateTimeField()
    is_listed = models.BooleanField(default=True)  # in the last whole list

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "transaction_ref"], name="fini_funding_once"
            )
        ]
        indexes = [models.Index(fields=["profile", "ipo_id", "status"])]

    def __str__(self) -> str:
        return self.transaction_ref


class FundingList(Row):
    """When the funding of one IPO was asked for, came, and is asked for next.

    `next_at` is machine time, None while nobody waits for anything: a person's click
    or a pending transaction sets it. `sentence` says why the last try brought nothing.
    """

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="funding_lists")
    ipo_id = models.CharField(max_length=40)
    asked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, db_index=True)
    refreshed_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "ipo_id"], name="fini_funding_list_once"
            )
        ]

    @property
    def is_fetching(self) -> bool:
        """Asked for since it last came, and nothing has gone wrong with that yet."""
        if self.sentence or self.asked_at is None:
            return False
        return self.refreshed_at is None or self.asked_at > self.refreshed_at


class FundingProposal(Row):
    """Transactions of one IPO to confirm or reject, with totals frozen at request."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="fini_proposals"
    )
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="proposals")
    number = models.PositiveIntegerField()  # counts per participant
    ipo_id = models.CharField(max_length=40)
    status = models.CharField(
        max_length=17, choices=ProposalStatus, default=ProposalStatus.AWAITING_APPROVAL
    )
    confirm_total = models.DecimalField(max_digits=20, decimal_places=2)
    reject_total = models.DecimalField(max_digits=20, decimal_places=2)
    fetched_at = models.DateTimeField()  # as FINI gave the amounts
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True)
    holder = models.UUIDField(null=True)  # the worker that sends it; machine time
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "number"], name="fini_proposal_number_once"
            )
        ]
        indexes = [models.Index(fields=["status", "lease_until"])]

    def __str__(self) -> str:
        return f"proposal {self.number}"


class FundingDecision(Row):
    """One transaction of a proposal; the amount is the one that people saw. While it
    may still be done, or may have been, no other proposal holds its line."""

    proposal = models.ForeignKey(
        FundingProposal, models.CASCADE, related_name="decisions"
    )
    line = models.ForeignKey(FundingLine, models.PROTECT, related_name="decisions")
    transaction_ref = models.CharField(max_length=40)
    code = models.CharField(max_length=2)  # names.FUNDING_CONFIRMED or _REJECTED
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    bank = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    status = models.CharField(
        max_length=11, choices=DecisionStatus, default=DecisionStatus.PROPOSED
    )
    sending = models.ForeignKey(
        Sending, models.PROTECT, null=True, related_name="decisions"
    )
    error_code = models.CharField(max_length=20, blank=True)
    error_text = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "transaction_ref"], name="fini_decision_once"
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=models.Q(status__in=LIVE_DECISIONS),
                name="fini_decision_live_once",
            ),
        ]
