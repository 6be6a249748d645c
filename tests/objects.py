"""Objects for the addresses that name one: each owner adds the builders of their own.

A builder gets the person and the participant that the object is to belong to, and
answers the address's arguments besides `participant`.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from keys.models import CalendarFeed
from keys.renewal_states import RenewalStatus
from portal import clock
from portal.approvals import services as approvals
from portal.pages import registry
from portal.people.models import Membership, Participant, User
from portal.tradingdays.models import TradingDayOverride
from tests.fini import batch_builders as batches
from tests.fini import people_builders as people
from tests.fini import profile_builders as fini
from tests.fini import sending_builders as sending
from tests.fini.funding import builders as funding
from tests.keys.views import builders as keys
from tests.portal.people.builders import with_app
from tests.transfers import builders as transfers
from tests.transfers import corner_builders, retrieved
from tests.transfers import expected_builders as expected
from tests.transfers import keeping_builders as keeping
from transfers.models import UploadStatus
from transfers.services import consequences
from transfers.states import SubmissionStatus

Builder = Callable[[User, Participant], dict[str, Any]]


def submission(user: User, participant: Participant) -> dict[str, Any]:
    account = transfers.account(participant)
    identity = participant.identities.all()[0]
    made = transfers.submission(user, account, identity, SubmissionStatus.UNCONFIRMED)
    return {"pk": made.pk}


def upload(user: User, participant: Participant) -> dict[str, Any]:
    identity = participant.identities.all()[0]
    return {"pk": transfers.upload(user, identity, status=UploadStatus.OPEN).pk}


def approval(user: User, participant: Participant) -> dict[str, Any]:
    """Asked for by somebody else."""
    requester = User.objects.create(username=f"asks-{uuid.uuid4()}")
    account = transfers.account(participant)
    draft = transfers.submission(
        requester,
        account,
        participant.identities.all()[0],
        SubmissionStatus.AWAITING_APPROVAL,
    )
    now = clock.now()
    made = approvals.request(
        consequences.SUBMISSION,
        draft.pk,
        consequences.submission_payload(draft.pk),
        now + dt.timedelta(hours=1),
        participant=participant,
        subject="A submission",
        requested_by=requester,
        now=now,
    )
    return {"pk": made.pk}


def account(user: User, participant: Participant) -> dict[str, Any]:
    """With a renewal under way."""
    made = keys.account(participant)
    keys.registered(made)
    keys.renewal(made, RenewalStatus.QUEUED)
    return {"pk": made.pk}


def ssh_key(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": keys.key(keys.account(participant)).pk}


def public_half(user: User, participant: Participant) -> dict[str, Any]:
    return {**ssh_key(user, participant), "form": "pub"}


def environment(user: User, participant: Participant) -> dict[str, Any]:
    """Of an ECP account; a new password waits to be confirmed."""
    keys.drafted_password(participant, user)
    return {"environment": keys.account(participant).facility.environment}


def calendar_feed(user: User, participant: Participant) -> dict[str, Any]:
    made = CalendarFeed.objects.create(
        participant=participant,
        user=user,
        token_sha256=uuid.uuid4().hex,
        created_at=clock.now(),
    )
    return {"pk": made.pk}


def kept_file(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": corner_builders.kept(participant).pk}


def fetch_schedule(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": retrieved.schedule(keys.account(participant)).pk}


def waiting_file(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": retrieved.row(keys.account(participant)).pk}


# What belongs to a participant: another's is 404.
def expected_file(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": expected.saved(user, participant).board.get().pk}


def expected_rule(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": expected.saved(user, participant).pk}


def hand_over_rule(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": keeping.rule(user, participant).pk}


def purge(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": keeping.proposal(user, participant).pk}


def may_fund(user: User, participant: Participant) -> dict[str, Any]:
    """No object in the address, but a page of entitled profiles."""
    fini.profile(participant)
    return {}


def funding_proposal(user: User, participant: Participant) -> dict[str, Any]:
    """Of somebody else's, so that an approver may decide it."""
    requester = User.objects.create(username=f"proposes-{uuid.uuid4()}")
    Membership.objects.create(user=requester, participant=participant, is_operator=True)
    profile = fini.profile(participant)
    lines = funding.fetched(profile, funding.fini())
    return {"pk": funding.proposed(profile, requester, funding.wanted(lines)).pk}


def fini_record(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": people.record(people.batch(participant)).pk}


def fini_erasure(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": people.erasure(user, participant).pk}


def fini_profile(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": fini.profile(participant).pk}


def fini_part(user: User, participant: Participant) -> dict[str, Any]:
    return {**fini_profile(user, participant), "part": "agent"}


def fini_jwk(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": fini.jwk(fini.profile(participant)).pk}


def fini_ipo(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": fini.ipo(fini.profile(participant), uuid.uuid4().hex).pk}


def batch(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": batches.uploaded(user, batches.profile(participant)).pk}


def checked_batch(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": batches.checked(user, batches.profile(participant)).pk}


def undecided_batch(user: User, participant: Participant) -> dict[str, Any]:
    made = sending.batch(batches.profile(participant), 1)
    sending.undecided(made)
    return {"pk": made.pk}


def recorded(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": batches.recorded(user, batches.profile(participant)).pk}


def reconciliation(user: User, participant: Participant) -> dict[str, Any]:
    profile = batches.profile(participant)
    return {"pk": sending.reconciliation(profile, user).pk}


OBJECT_ARGS: dict[str, Builder] = {
    "fini_profile": fini_profile,
    "fini_profile_edit": fini_profile,
    "fini_profile_enabled": fini_profile,
    "fini_profile_test": fini_profile,
    "fini_jwk_make": fini_part,
    "fini_jwks_compare": fini_part,
    "fini_jwk_register": fini_jwk,
    "fini_jwk_retire": fini_jwk,
    "fini_ipo": fini_ipo,
    "fini_batch": checked_batch,
    "fini_batch_state": checked_batch,
    "fini_batch_records": checked_batch,
    "fini_batch_columns": batch,
    "fini_batch_ask": checked_batch,
    "fini_batch_withdraw": checked_batch,
    "fini_batch_problems": checked_batch,
    "fini_batch_results": checked_batch,
    "fini_unconfirmed": undecided_batch,
    "fini_unconfirmed_decide": undecided_batch,
    "fini_record_change": recorded,
    "fini_record_invalidate": recorded,
    "fini_reconciliation": reconciliation,
    "fini_person": fini_record,
    "fini_erasure_withdraw": fini_erasure,
    "fini_proposal": funding_proposal,
    "fini_proposal_approve": funding_proposal,
    "fini_proposal_send_back": funding_proposal,
    "fini_proposal_withdraw": funding_proposal,
    "hand_over_rule": hand_over_rule,
    "hand_over_end": hand_over_rule,
    "hand_over_retry": hand_over_rule,
    "purge_withdraw": purge,
    "fetch_schedules": account,
    "fetch_schedule_add": account,
    "visit_now": account,
    "fetch_schedule_pause": fetch_schedule,
    "fetch_schedule_remove": fetch_schedule,
    "fetch_now": waiting_file,
    "expected_excuse": expected_file,
    "expected_rule_end": expected_rule,
    "keys_account": account,
    "keys_account_state": account,
    "keys_make": account,
    "keys_bring": account,
    "keys_renew": account,
    "keys_try": account,
    "keys_withdraw": account,
    "keys_test_login": account,
    "keys_addresses": account,
    "keys_policy": account,
    "keys_enabled": account,
    "keys_fail_over": account,
    "keys_pack": account,
    "keys_register": ssh_key,
    "keys_compare": ssh_key,
    "keys_discard": ssh_key,
    "keys_register_back": ssh_key,
    "keys_compromised": ssh_key,
    "keys_public": public_half,
    "keys_encryption": environment,
    "keys_encryption_draft": environment,
    "keys_encryption_rules": environment,
    "keys_encryption_confirm": environment,
    "keys_encryption_discard": environment,
    "keys_encryption_enable": environment,
    "readiness": account,
    "readiness_mark": account,
    "readiness_source": account,
    "calendar_revoke": calendar_feed,
    "download_look": kept_file,
    "download_file": kept_file,
    "upload": upload,
    "upload_chunk": upload,
    "upload_finish": upload,
    "upload_discard": upload,
    "submission": submission,
    "submission_state": submission,
    "submission_decide": submission,
    "submission_withdraw": submission,
    "submission_again": submission,
    "submission_evidence": submission,
    "approval": approval,
    "approval_decide": approval,
}


def facility(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": transfers.facility().pk}


def host(user: User, participant: Participant) -> dict[str, Any]:
    return {"pk": transfers.host(transfers.facility()).pk}


def trading_day(user: User, participant: Participant) -> dict[str, Any]:
    made, _ = TradingDayOverride.objects.get_or_create(
        day=dt.date(2026, 11, 23),
        defaults={"kind": "closed", "set_by": user, "set_at": clock.now()},
    )
    return {"pk": made.pk}


def panel(user: User, participant: Participant) -> dict[str, Any]:
    return {"name": registry.panels()[0].name}


def app(user: User, participant: Participant) -> dict[str, Any]:
    with_app(user)
    return {}


def recovery_codes(user: User, participant: Participant) -> dict[str, Any]:
    with_app(user)
    RecoveryCodes.activate(user)
    return {}


def no_feed(user: User, participant: Participant) -> dict[str, Any]:
    return {"token": "no-token"}


def nobody(user: User, participant: Participant) -> dict[str, Any]:
    return {"uidb64": "MQ", "token": "no-token"}


# What belongs to no participant, and what a page needs to be there.
OTHER_ARGS: dict[str, Builder] = {
    "fini_funding": may_fund,
    "fini_funding_refresh": may_fund,
    "fini_funding_review": may_fund,
    "fini_funding_propose": may_fund,
    "facility": facility,
    "facility_bandwidth": facility,
    "facility_notice": facility,
    "facility_notice_end": facility,
    "host": host,
    "host_state": host,
    "host_pre_flight": host,
    "host_propose": host,
    "host_fingerprint": host,
    "host_decide": host,
    "trading_day_remove": trading_day,
    "panel": panel,
    "calendar": no_feed,
    "people_invitation": nobody,
    "mfa_deactivate_totp": app,
    "mfa_view_recovery_codes": recovery_codes,
    "mfa_generate_recovery_codes": recovery_codes,
}


def arguments(name: str, user: User, participant: Participant) -> dict[str, Any]:
    """The arguments of an address, its objects made; {} where it needs none."""
    builder = (OBJECT_ARGS | OTHER_ARGS).get(name)
    return builder(user, participant) if builder else {}
