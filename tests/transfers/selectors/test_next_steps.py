"""What a row of Today offers next, by its state and who looks."""

import pytest

from keys.models import SftpAccount
from portal.people.models import Identity, Role, User
from tests.transfers import builders
from transfers.selectors.next_steps import Step, next_step
from transfers.states import SubmissionStatus

S = SubmissionStatus


@pytest.mark.parametrize(
    ("status", "role", "step"),
    [
        (S.REJECTED, Role.OPERATOR, Step("Resubmit", "correct")),
        (S.FAILED, Role.OPERATOR, Step("Resubmit", "submission")),
        (S.ABANDONED, Role.OPERATOR, Step("Resubmit", "submission")),
        (S.DECLINED, Role.OPERATOR, Step("Submit", "submit")),
        (S.UNCONFIRMED, Role.OPERATOR, Step("Decide", "submission")),
        (S.QUEUED, Role.OPERATOR, Step("Follow", "submission")),
        (S.ACCEPTED, Role.OPERATOR, Step("Open", "submission")),
        (S.MISMATCHED, Role.OPERATOR, Step("Open", "submission")),
        (S.AWAITING_APPROVAL, Role.OPERATOR, Step("Follow", "submission")),
        (S.AWAITING_APPROVAL, Role.APPROVER, Step("Decide", "submission")),
        (S.REJECTED, Role.COMPLIANCE, Step("Open", "submission")),
        (S.UNCONFIRMED, Role.COMPLIANCE, Step("Open", "submission")),
    ],
)
def test_each_state_offers_what_this_person_may_do(
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
    status: S,
    role: Role,
    step: Step,
) -> None:
    row = builders.submission(alice, account, ce_number, status)
    assert next_step(row, {role}) == step


def test_only_an_operator_submits_what_nobody_submitted() -> None:
    assert next_step(None, {Role.OPERATOR}) == Step("Submit", "submit")
    assert next_step(None, {Role.COMPLIANCE}) is None
