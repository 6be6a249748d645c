"""The account page and the list of accounts: keys with their days and slots."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db.models import QuerySet

from keys.models import (
    ExpiryWarning,
    Facility,
    KeyRenewal,
    Login,
    LoginOutcome,
    Platform,
    RemoteIp,
    RenewalPolicy,
    SftpAccount,
    SshKey,
)
from keys.platform_rules import rules_of
from keys.renewal_states import OPEN
from keys.selectors.ends import KeysOfAccount, keys_of
from keys.selectors.timelines import built
from keys.timelines import Ending, Slot, Timeline, Validity, last_day
from portal.people.models import Participant


@dataclass(frozen=True)
class KeyLine:
    """One key as ECP's page shows it (ECP-58); `expires_on` is its first dead day."""

    key: SshKey
    slot: Slot
    created_on: dt.date
    expires_on: dt.date
    days_left: int
    ending: Ending
    is_compromised: bool

    @property
    def last_day(self) -> dt.date:
        return last_day(self.expires_on, self.ending)

    @property
    def fingerprint(self) -> str:
        return self.key.fingerprint_md5


@dataclass(frozen=True)
class AccountRow:
    """One line of the list: the end that counts, and what is under way."""

    account: SftpAccount
    expires_on: dt.date | None
    days_left: int | None
    fingerprint: str
    renewal: KeyRenewal | None
    is_compromised: bool


@dataclass(frozen=True)
class AccountPage:
    """`self_service`: a renewal over SFTP is possible; else `advice` says what is."""

    account: SftpAccount
    current: KeyLine | None
    renewed: KeyLine | None
    said: KeyLine | None
    said_refused_at: dt.datetime | None
    waiting: list[SshKey]
    past: list[KeyLine]
    renewal: KeyRenewal | None
    last_renewal: KeyRenewal | None
    policy: RenewalPolicy | None
    addresses: list[RemoteIp]
    warning: ExpiryWarning | None
    last_login: Login | None
    is_compromised: bool
    self_service: bool
    advice: str
    timeline: Timeline = field(repr=False)

    @property
    def facility(self) -> Facility:
        return self.account.facility


def accounts_of(participant: Participant, today: dt.date) -> list[AccountRow]:
    """By facility and login ID; three queries, and the facility with the accounts."""
    accounts = _accounts(participant).order_by("facility__name", "login_id")
    renewals = {
        row.account_id: row
        for row in KeyRenewal.objects.filter(
            account__participant=participant, status__in=OPEN
        )
    }
    return [
        _row(held, today, renewals.get(held.account.pk)) for held in keys_of(accounts)
    ]


def account_page(
    participant: Participant, pk: uuid.UUID, today: dt.date
) -> AccountPage:
    """Raises SftpAccount.DoesNotExist, also for another participant's. Constant
    queries."""
    account = _accounts(participant).select_related("renewal_policy").get(pk=pk)
    keys = list(account.keys.order_by("-created_at").defer("sealed_private"))
    for key in keys:
        key.account = account
    known = built(account.facility.platform, [k for k in keys if k.registered_on])
    lines = _lines(keys, known, today)
    slots = {line.slot: line for line in reversed(lines)}
    said = slots.get(Slot.SAID)
    renewals = list(account.renewals.select_related("key")[:50])
    renewals.sort(key=lambda row: row.created_at, reverse=True)
    renewal = next((row for row in renewals if row.status in OPEN), None)
    self_service, advice = _advice(account, known, today)
    marked = [line for line in lines if line.is_compromised and line.days_left > 0]
    return AccountPage(
        account=account,
        current=slots.get(Slot.CURRENT),
        renewed=slots.get(Slot.RENEWED),
        said=said,
        said_refused_at=_refused_at(said),
        waiting=_waiting(keys, renewals),
        past=[line for line in lines if line.slot == Slot.EXPIRED],
        renewal=renewal,
        last_renewal=next(iter(renewals), None),
        policy=getattr(account, "renewal_policy", None),
        addresses=list(account.remote_ips.filter(removed_on=None).order_by("address")),
        warning=account.warnings.first(),
        last_login=account.logins.select_related("host", "key").order_by("-at").first(),
        is_compromised=bool(marked) and not _is_replaced(lines),
        self_service=self_service,
        advice=advice,
        timeline=known,
    )


def _accounts(participant: Participant) -> QuerySet[SftpAccount]:
    return SftpAccount.objects.filter(participant=participant).select_related(
        "facility", "participant"
    )


def _row(held: KeysOfAccount, today: dt.date, renewal: KeyRenewal | None) -> AccountRow:
    last = held.counted(today)
    return AccountRow(
        account=held.account,
        expires_on=last.expires_on if last else None,
        days_left=(last.expires_on - today).days if last else None,
        fingerprint=last.fingerprint if last else "",
        renewal=renewal,
        is_compromised=bool(last and last.compromised_on),
    )


def _lines(keys: list[SshKey], known: Timeline, today: dt.date) -> list[KeyLine]:
    """The last taken first."""
    by_fingerprint = {key.fingerprint_md5: key for key in keys}
    return [
        _line(by_fingerprint[v.fingerprint], v, known, today)
        for v in reversed(known.validities)
    ]


def _line(key: SshKey, v: Validity, known: Timeline, today: dt.date) -> KeyLine:
    return KeyLine(
        key=key,
        slot=known.slot(v.fingerprint, today),
        created_on=v.works_from,
        expires_on=v.expires_on,
        days_left=(v.expires_on - today).days,
        ending=v.ending,
        is_compromised=v.compromised_on is not None,
    )


def _waiting(keys: list[SshKey], renewals: list[KeyRenewal]) -> list[SshKey]:
    """Made or brought for a registration, and not registered yet."""
    renewing = {row.key_id for row in renewals}
    return [
        key
        for key in keys
        if not key.registered_on and not key.revoked_on and key.pk not in renewing
    ]


def _refused_at(said: KeyLine | None) -> dt.datetime | None:
    """When HKEX last refused the key; after that nobody has let it in."""
    if said is None:
        return None
    refused = Login.objects.filter(key=said.key, outcome=LoginOutcome.REFUSED)
    return refused.order_by("-at").values_list("at", flat=True).first()


def _is_replaced(lines: list[KeyLine]) -> bool:
    """Another key that is not marked works and has logged in (ECP-67)."""
    return any(
        line.key.proved_at and not line.is_compromised and line.days_left > 0
        for line in lines
    )


def _advice(account: SftpAccount, known: Timeline, today: dt.date) -> tuple[bool, str]:
    platform = account.facility.platform
    where = rules_of(platform).registers_at
    identities = list(account.identities.all())
    if identities and all(one.wings_only for one in identities):
        return False, (
            "These identities log in through SFC WINGS, which has no SFTP: submit on "
            "ECP’s web, and record the submissions here."
        )
    if known.on(today).current is None:
        return False, f"No key works: register one {where}."
    if not known.usable(today) and platform != Platform.ECP:
        return False, (
            f"The key is compromised: register a new one {where}. A renewal would "
            "leave it valid for up to 14 days."
        )
    return True, ""
