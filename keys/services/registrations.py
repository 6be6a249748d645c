"""First registrations: a person says that HKEX knows a key, and since which day."""

import datetime as dt

from keys import approvals as bound
from keys.models import KeyRegistration, Origin, SftpAccount, SshKey, Taken
from keys.refusals import Refusal
from keys.selectors.timelines import events, timeline_of
from keys.services import claims, records
from keys.services.accounts import locked
from keys.services.notices import resolve_expiries
from keys.services.wakes import visit_soon
from keys.timelines import Act, Event, ImpossibleHistory, timeline
from portal.activity import transaction
from portal.activity.models import Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.exchange.hktime import HONG_KONG, hk_day
from portal.people.guards import Acting
from portal.people.models import User

APPROVE_WITHIN = dt.timedelta(days=3)


def record_registration(
    key: SshKey,
    on: dt.date,
    acting: Acting,
    now: dt.datetime,
    *,
    how: Taken = Taken.REGISTERED,
) -> KeyRegistration:
    """HKEX has registered the key on this Hong Kong day, and so ended all others of
    the account; `how` RENEWED: it was renewed on HKEX's web, which leads to the same
    as over SFTP (ECP-53). Where the participant wants approvals, a second person
    confirms it. A test login is asked for at once. Raises Refusal."""
    _refuse(key, on, how, now)
    with transaction.atomic():
        said = KeyRegistration.objects.create(
            key=key, registered_on=on, how=how, said_by=acting.user, said_at=now
        )
        if acting.participant.approval_required:
            _ask(said, acting, now)
            records.of_key(
                key,
                "Say registered",
                by=acting.user,
                status=Status.PENDING,
                topics=("approvals",),
            )
        else:
            take(said, acting.user, now)
    return said


def take(said: KeyRegistration, by: User | None, now: dt.datetime) -> None:
    """The registration takes effect; in the caller's transaction."""
    KeyRegistration.objects.filter(pk=said.pk).update(effective_at=now)
    said.effective_at = now
    mark_registered(said.key, said.registered_on, by=by, at=now, how=Taken(said.how))
    SftpAccount.objects.filter(pk=said.key.account_id).update(test_asked_at=now)
    visit_soon(said.key.account_id)


def mark_registered(
    key: SshKey,
    on: dt.date,
    *,
    by: User | None = None,
    at: dt.datetime | None = None,
    how: Taken = Taken.REGISTERED,
) -> None:
    """The exchange knows the key since this Hong Kong day."""
    with transaction.atomic():
        locked(key.account_id)
        key.registered_on, key.taken = on, how
        key.taken_at = _moment(on, at or key.created_at)
        key.save(update_fields=["registered_on", "taken", "taken_at"])
        if not claims.is_said(key):
            resolve_expiries(key.account)
        records.of_key(key, "Register", by=by)


def revoke(key: SshKey, on: dt.date, acting: Acting, now: dt.datetime) -> None:
    """HKEX took the key out on this day. Raises Refusal."""
    if key.registered_on is None or key.revoked_on or on > hk_day(now):
        raise Refusal(
            "Only a registered key can be revoked, once, and not in days to come.",
            "Nothing was recorded.",
            "Check the key and the day.",
        )
    with transaction.atomic():
        key.revoked_on = max(on, key.registered_on)
        key.save(update_fields=["revoked_on"])
        records.of_key(
            key, "Record revocation of", by=acting.user, status=Status.WARNING
        )


def discard(key: SshKey, acting: Acting, now: dt.datetime) -> None:
    """A key that HKEX never got: its private half is destroyed, the row stays, so
    that nobody brings it again. Raises Refusal."""
    if key.registered_on or hasattr(key, "renewal"):
        raise Refusal(
            "HKEX has this key, or is about to get it.",
            "It was not discarded.",
            "Let it expire, or renew it.",
        )
    with transaction.atomic():
        key.sealed_private, key.revoked_on = b"", hk_day(now)
        key.save(update_fields=["sealed_private", "revoked_on"])
        records.of_key(key, "Discard", by=acting.user)


def _refuse(key: SshKey, on: dt.date, how: Taken, now: dt.datetime) -> None:
    nothing = "Nothing was recorded."
    if key.registered_on or not key.sealed_private:
        raise Refusal(
            "This key was registered or discarded before.", nothing, "Make a new key."
        )
    made_on = hk_day(key.created_at) if key.origin == Origin.MADE else dt.date.min
    if not made_on <= on <= hk_day(now):
        raise Refusal(
            "A key is registered after it was made, and not in days to come.",
            nothing,
            "Enter the Hong Kong day on which HKEX registered it.",
        )
    if key.registrations.filter(approval__status="pending").exists():
        raise Refusal(
            "Somebody has said so, and it waits for approval.",
            nothing,
            "Wait for the decision.",
        )
    account = key.account
    taken = list(account.keys.filter(registered_on__isnull=False))
    happened = events(taken)
    if happened and happened[-1].on > on:
        raise Refusal(
            f"Something is recorded of this account’s keys on {happened[-1].on}.",
            "A registration before it would change what is known since. " + nothing,
            "Check the day with HKEX.",
        )
    try:
        new = Event(on, Act(how.value), key.fingerprint_md5)
        timeline(account.facility.platform, [*happened, new])
    except ImpossibleHistory:
        raise Refusal(
            "HKEX cannot have taken this key now.", nothing, "Make a new key."
        ) from None


def _ask(said: KeyRegistration, acting: Acting, now: dt.datetime) -> None:
    key = said.key
    said.approval = approvals.request(
        bound.REGISTRATION,
        said.pk,
        bound.registration_payload(said.pk),
        now + APPROVE_WITHIN,
        participant=acting.participant,
        subject=(
            f"registration of key [{key.fingerprint_md5}] of "
            f"[{key.account.login_id}] on {said.registered_on}{_what_ends(said)}"
        ),
        requested_by=acting.user,
        now=now,
    )
    said.save(update_fields=["approval"])


def _what_ends(said: KeyRegistration) -> str:
    """What the approver would not guess: HKEX keeps no other key beside it."""
    known = timeline_of(said.key.account).on(said.registered_on)
    if said.how != Taken.REGISTERED or known.current is None:
        return ""
    return ": all other keys of the account end when it has logged in"


def approved(approval: Approval, now: dt.datetime) -> None:
    said = _said(approval)
    if said.key.registered_on is None:
        take(said, approval.decided_by, now)


def not_approved(approval: Approval, now: dt.datetime) -> None:
    """The key stays unregistered with us."""
    records.of_key(
        _said(approval).key,
        "Do not register",
        by=approval.decided_by,
        status=Status.WARNING,
        topics=("approvals",),
    )


def account_of(approval: Approval) -> SftpAccount:
    return _said(approval).key.account


def _said(approval: Approval) -> KeyRegistration:
    return KeyRegistration.objects.select_related(
        "key__account__participant", "key__account__facility"
    ).get(pk=approval.object_pk)


def _moment(on: dt.date, at: dt.datetime) -> dt.datetime:
    """A moment of that Hong Kong day: the one given, else its first."""
    if hk_day(at) == on:
        return at
    return dt.datetime.combine(on, dt.time(), tzinfo=HONG_KONG)
