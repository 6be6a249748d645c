"""Accounts at a facility: added, given a policy, marked, tested."""

import datetime as dt
import uuid
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address

from django.db import IntegrityError

from keys.login_ids import login_id_fault
from keys.models import (
    Consent,
    Facility,
    ReadinessMark,
    RenewalPolicy,
    SftpAccount,
)
from keys.readiness import MARKED
from keys.refusals import Refusal
from keys.services import records
from keys.services.wakes import visit_soon
from portal.activity import transaction
from portal.activity.models import Kind, Status
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, Role

NOTHING = "Nothing was changed."


def locked(pk: uuid.UUID) -> SftpAccount:
    """The row until commit: what is known of an account's keys changes in turns."""
    return (
        SftpAccount.objects.select_for_update(no_key=True, of=("self",))
        .select_related("facility", "participant")
        .get(pk=pk)
    )


def refuse_disabled(account: SftpAccount) -> None:
    """What only a visit can do is not asked of an account that gets none."""
    if not account.is_enabled:
        raise Refusal(
            f"{account} is disabled: it gets no visits.",
            NOTHING,
            "Enable the account first.",
        )


def add_account(
    facility: Facility,
    login_id: str,
    identities: Iterable[Identity],
    acting: Acting,
    now: dt.datetime,
) -> SftpAccount:
    """Raises Refusal: a login ID of another form, one that is there already, or
    identities that have no SFTP (SFC WINGS, Guide A §5.2.2)."""
    chosen = list(identities)
    _refuse_account(facility, login_id, chosen, acting.participant)
    account = SftpAccount(
        facility=facility, participant=acting.participant, login_id=login_id
    )
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            account.identities.set(chosen)
            told = f"Add account at [{facility.name}]"
            records.of_account(account, Kind.ACCESS, told, by=acting.user)
    except IntegrityError:
        raise Refusal(
            f"{login_id} is an account of {facility.name} already.",
            NOTHING,
            "Open that account, or check the login ID.",
        ) from None
    return account


def set_source_address(
    account: SftpAccount, text: str, acting: Acting, now: dt.datetime
) -> None:
    """The worker's own address to connect from; empty: as the machine routes."""
    try:
        address = str(IPv4Address(text.strip())) if text.strip() else None
    except AddressValueError:
        raise Refusal(
            "This is no IPv4 address.", NOTHING, "Write it like 10.163.3.44."
        ) from None
    with transaction.atomic():
        SftpAccount.objects.filter(pk=account.pk).update(source_address=address)
        account.source_address = address
        told = f"Set source address [{address or 'as routed'}]"
        records.of_account(account, Kind.ADDRESS, told, by=acting.user)


def set_policy(
    account: SftpAccount,
    *,
    is_enabled: bool,
    days_before: int,
    approval_required: bool,
    acting: Acting,
    now: dt.datetime,
) -> RenewalPolicy:
    """Raises Refusal for days that leave no time, or more than a year."""
    if not 15 <= days_before <= 365:
        raise Refusal(
            "A renewal begins 15 to 365 days before the end.",
            f"The old key works at most 14 days after it. {NOTHING}",
            "Choose a number in between; 30 is usual.",
        )
    with transaction.atomic():
        policy, _ = RenewalPolicy.objects.update_or_create(
            account=account,
            defaults={
                "is_enabled": is_enabled,
                "days_before": days_before,
                "approval_required": approval_required,
                "set_by": acting.user,
                "set_at": now,
            },
        )
        word = f"{days_before} days before the end" if is_enabled else "off"
        asked = ", with approval" if approval_required else ""
        told = f"Set automatic renewal [{word}{asked}]"
        records.of_account(account, Kind.KEY, told, by=acting.user)
    return policy


def mark(
    account: SftpAccount, item: str, held: bool, acting: Acting, now: dt.datetime
) -> None:
    """What only people know: the circuit, a business function (ECP-73, ECP-76)."""
    if item not in MARKED:
        raise Refusal(f"{item} is nothing that is marked.", NOTHING, "Reload the page.")
    with transaction.atomic():
        if held:
            ReadinessMark.objects.get_or_create(
                account=account,
                item=item,
                defaults={"marked_by": acting.user, "marked_at": now},
            )
        else:
            ReadinessMark.objects.filter(account=account, item=item).delete()
        told = f"{'Mark' if held else 'Unmark'} [{MARKED[item]}]"
        records.of_account(account, Kind.ACCESS, told, by=acting.user)


def ask_test_login(account: SftpAccount, acting: Acting, now: dt.datetime) -> None:
    """The next visit logs in even if nothing else is due. Raises Refusal."""
    refuse_disabled(account)
    with transaction.atomic():
        SftpAccount.objects.filter(pk=account.pk).update(test_asked_at=now)
        visit_soon(account.pk)
        records.of_account(
            account,
            Kind.LOGIN,
            "Ask for a test login",
            by=acting.user,
            status=Status.SUCCESSFUL,
        )


def record_consent(
    participant: Participant,
    declared_on: dt.date,
    declared_by: str,
    acting: Acting,
    now: dt.datetime,
) -> Consent:
    """The one-off declaration on ECP's web (ECP-10), by an administrator, once."""
    if Role.ADMIN not in acting.roles:
        raise Refusal(
            "Only an administrator records the declaration.",
            NOTHING,
            "Ask one of your administrators.",
        )
    if not declared_by.strip() or declared_on > hk_day(now):
        raise Refusal(
            "The declaration needs who made it, and a day not to come.",
            NOTHING,
            "Correct the two fields.",
        )
    try:
        with transaction.atomic():
            consent = Consent.objects.create(
                participant=participant,
                declared_on=declared_on,
                declared_by=declared_by.strip()[:120],
                recorded_by=acting.user,
                recorded_at=now,
            )
            records.of_participant(
                participant,
                Kind.ACCESS,
                f"Record the declaration of client consent of [{declared_on}] by "
                f"[{consent.declared_by}]",
                by=acting.user,
            )
    except IntegrityError:
        raise Refusal(
            "The declaration is recorded already.", NOTHING, "Nothing more is to do."
        ) from None
    return consent


def _refuse_account(
    facility: Facility,
    login_id: str,
    identities: list[Identity],
    participant: Participant,
) -> None:
    fault = login_id_fault(facility.platform, login_id)
    if fault:
        raise Refusal(fault, NOTHING)
    if any(one.participant_id != participant.pk for one in identities):
        raise Refusal("An identity is not yours.", NOTHING, "Choose your own.")
    if identities and all(one.wings_only for one in identities):
        raise Refusal(
            "An identity known through SFC WINGS only has no SFTP.",
            NOTHING,
            "Submit on ECP’s web and record the submission here.",
        )
