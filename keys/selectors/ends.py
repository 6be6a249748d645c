"""When each credential ends that something depends on: the ground of all warnings."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import QuerySet

from keys.models import EncryptionPassword, PasswordStatus, SftpAccount
from keys.passwords import remind_on
from keys.selectors.key_rows import KeyRow, taken_by
from keys.selectors.timelines import built
from keys.timelines import Timeline, Validity
from portal.people.models import Participant

_end = attrgetter("expires_on")


@dataclass(frozen=True, slots=True)
class HeldKeys:
    """The keys of one account, by fingerprint, and their timeline."""

    keys: dict[str, KeyRow]
    timeline: Timeline

    def counted(self, day: dt.date) -> Validity | None:
        """The key on whose end the account's access hangs: the last of those that
        have logged in, else the last of all. After the end of all, the last one."""
        trusted = self.timeline.usable(day)
        proved = [v for v in trusted if self.keys[v.fingerprint].is_proved]
        chosen = proved or trusted or self.timeline.validities
        return max(chosen, key=_end, default=None)


@dataclass(frozen=True, slots=True)
class KeysOfAccount(HeldKeys):
    account: SftpAccount


@dataclass(frozen=True, slots=True)
class End:
    """`subject` is the row's key: the SSH key's, or the password's."""

    subject: uuid.UUID
    participant: Participant
    what: str
    expires_on: dt.date
    account: SftpAccount | None = None

    def days_left(self, today: dt.date) -> int:
        return (self.expires_on - today).days


Source = Callable[[dt.date], list[End]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Apps above add what else ends, of all participants, in a few queries. What they
    draw of it they add to `expiries` too."""
    if source not in _sources:
        _sources.append(source)


def held(platform: str, rows: Sequence[KeyRow]) -> HeldKeys:
    return HeldKeys({row.fingerprint_md5: row for row in rows}, built(platform, rows))


def keys_of(accounts: Iterable[SftpAccount]) -> list[KeysOfAccount]:
    """One query for all of them; the accounts come with their facility."""
    listed, found = list(accounts), []
    rows = taken_by([account.pk for account in listed])
    for account in listed:
        one = held(account.facility.platform, rows.get(account.pk, ()))
        found.append(KeysOfAccount(one.keys, one.timeline, account))
    return found


def ends(day: dt.date) -> list[End]:
    """Of every enabled account and every password in use: three queries. And what
    the other sources know."""
    accounts = SftpAccount.objects.filter(is_enabled=True).select_related(
        "facility", "participant"
    )
    found = []
    for one in keys_of(accounts):
        last = one.counted(day)
        if last is not None:
            found.append(_of_key(one, last))
    found += [_of_password(row) for row in passwords_in_use()]
    return found + [end for source in _sources for end in source(day)]


def passwords_in_use() -> QuerySet[EncryptionPassword]:
    return EncryptionPassword.objects.filter(
        status=PasswordStatus.CONFIRMED, set_on__isnull=False
    ).select_related("encryption__participant")


def reminded_on(row: EncryptionPassword) -> dt.date:
    """The day on which its change is due (ECP-63)."""
    return remind_on(row.set_on or dt.date.max, row.encryption.reminder_months)


def _of_key(one: KeysOfAccount, last: Validity) -> End:
    account = one.account
    return End(
        one.keys[last.fingerprint].pk,
        account.participant,
        f"SSH key of {account.login_id} at {account.facility.name}",
        last.expires_on,
        account,
    )


def _of_password(row: EncryptionPassword) -> End:
    where = row.encryption.get_environment_display()
    return End(
        row.pk,
        row.encryption.participant,
        f"Encryption password of HBCNMAPP, {where}",
        reminded_on(row),
    )
