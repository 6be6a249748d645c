"""A registration that a person has said, until a login with the key shows it."""

import datetime as dt
import uuid

from keys import approvals as bound
from keys.models import KeyRegistration, SshKey
from keys.refusals import Refusal
from keys.selectors.registrations import said_of
from keys.selectors.timelines import timeline_of
from keys.services import notices, records
from keys.services.accounts import locked
from keys.services.leases import Lease
from portal.activity import transaction
from portal.activity.models import Endpoint, Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.people.guards import Acting
from portal.people.models import User

APPROVE_WITHIN = dt.timedelta(days=3)


def is_said(key: SshKey) -> bool:
    """An older key stays in use beside it."""
    found = timeline_of(key.account).find(key.fingerprint_md5)
    return found is not None and found.is_said


def proved(key_pk: uuid.UUID, now: dt.datetime) -> None:
    """The first login with a key; of one that was only said to be registered, it
    ends the others."""
    keys = SshKey.objects.select_related("account__facility", "account__participant")
    key = keys.filter(pk=key_pk, proved_at=None).first()
    if key is None:
        return
    with transaction.atomic():
        locked(key.account_id)
        was_said = is_said(key)
        SshKey.objects.filter(pk=key_pk, proved_at=None).update(proved_at=now)
        if was_said:
            notices.resolve_expiries(key.account)
            records.of_key(key, "Prove registration of", endpoint=Endpoint.SFTP)


def refused(lease: Lease, key: SshKey, sentence: str, now: dt.datetime) -> None:
    """The test login: the old key stays in use, and people are told."""
    with transaction.atomic():
        lease.hold()
        locked(key.account_id)
        if not is_said(key):
            return
        notices.not_let_in(key, sentence)
        records.of_key(
            key,
            "Prove registration of",
            status=Status.FAILED,
            endpoint=Endpoint.SFTP,
        )


def ask_back(key: SshKey, acting: Acting, now: dt.datetime) -> Approval | None:
    """HKEX has not registered it: the record is taken back, by two people where the
    participant wants approvals. Raises Refusal, CannotRequest."""
    said = said_of(key)
    if said is None or not is_said(key):
        raise Refusal(
            "This key has logged in, or no registration of it is recorded.",
            "Nothing was taken back.",
            "Look at the account’s keys.",
        )
    with transaction.atomic():
        if not acting.participant.approval_required:
            _take_back(said, acting.user)
            return None
        asked = approvals.request(
            bound.REGISTRATION_BACK,
            said.pk,
            bound.registration_payload(said.pk),
            now + APPROVE_WITHIN,
            participant=acting.participant,
            subject=(
                f"taking back the registration of key [{key.fingerprint_md5}] of "
                f"[{key.account.login_id}]: HKEX has not registered it"
            ),
            requested_by=acting.user,
            now=now,
        )
        records.of_key(
            key,
            "Take back registration of",
            by=acting.user,
            status=Status.PENDING,
            topics=("approvals",),
        )
    return asked


def approved(approval: Approval, now: dt.datetime) -> None:
    """Not if the key has logged in meanwhile."""
    said = _said(approval)
    locked(said.key.account_id)
    if is_said(said.key):
        _take_back(said, approval.decided_by)


def not_approved(approval: Approval, now: dt.datetime) -> None:
    records.of_key(
        _said(approval).key,
        "Do not take back registration of",
        by=approval.decided_by,
        status=Status.WARNING,
        topics=("approvals",),
    )


def _take_back(said: KeyRegistration, by: User | None) -> None:
    """The key waits again for its registration."""
    key = said.key
    account = locked(key.account_id)
    KeyRegistration.objects.filter(pk=said.pk).update(effective_at=None)
    taken_back = SshKey.objects.filter(pk=key.pk, proved_at=None).update(
        registered_on=None, taken_at=None
    )
    if not taken_back:
        raise Refusal("The key has logged in.", "Nothing was taken back.")
    notices.resolve(notices.NOT_REGISTERED, account)
    records.of_key(key, "Take back registration of", by=by)


def _said(approval: Approval) -> KeyRegistration:
    return KeyRegistration.objects.select_related(
        "key__account__participant", "key__account__facility"
    ).get(pk=approval.object_pk)
