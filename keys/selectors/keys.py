"""The account for an identity, the key to log in with, the hosts to try."""

import base64
import datetime as dt
from dataclasses import dataclass

from keys.login_ids import key_file_name
from keys.models import (
    Facility,
    Host,
    KeyRenewal,
    Platform,
    RenewalReason,
    SftpAccount,
    SshKey,
)
from keys.packs import fingerprint_file
from keys.publickeys import PublicKey, from_blob
from keys.renewal_states import OPEN
from keys.selectors.timelines import built
from keys.timelines import Timeline
from portal import clock
from portal.people.models import Identity


@dataclass(frozen=True)
class KeyToUse:
    """`only_to_renew`: it is compromised, and must do nothing but replace itself."""

    key: SshKey
    only_to_renew: bool = False


def accounts_for(identity: Identity, platform: Platform) -> list[SftpAccount]:
    """The enabled accounts entitled to this identity, production's first by name."""
    return list(
        SftpAccount.objects.filter(
            identities=identity, facility__platform=platform, is_enabled=True
        )
        .select_related("facility")
        .order_by("facility__name", "login_id")
    )


def current_key(account: SftpAccount, today: dt.date | None = None) -> SshKey | None:
    """The key to log in with on a Hong Kong day (today): see `key_to_use`."""
    found = key_to_use(account, today or clock.today())
    return found.key if found and not found.only_to_renew else None


def key_to_use(account: SftpAccount, day: dt.date) -> KeyToUse | None:
    """Of the keys that HKEX takes on that day, the newest that has logged in before;
    else the newest. Never one that is compromised, unless ECP is to be told of its
    successor with it (ECP-67)."""
    keys = list(
        SshKey.objects.filter(account=account, registered_on__isnull=False).order_by(
            "-taken_at", "-created_at"
        )
    )
    known = built(account.facility.platform, keys)
    chosen = _newest(keys, {v.fingerprint for v in known.usable(day)})
    if chosen:
        return KeyToUse(chosen)
    last = _newest(keys, _compromised(known, day))
    if last and is_replacing_compromised(account):
        return KeyToUse(last, only_to_renew=True)
    return None


def said_key(account: SftpAccount, day: dt.date) -> SshKey | None:
    """The newest that a person says is registered, beside keys that do log in."""
    keys = SshKey.objects.filter(account=account, registered_on__isnull=False)
    rows = list(keys.order_by("-taken_at", "-created_at"))
    usable = built(account.facility.platform, rows).usable(day)
    return _newest(rows, {v.fingerprint for v in usable if v.is_said})


def keys_to_try(account: SftpAccount, day: dt.date, *, is_test: bool) -> list[KeyToUse]:
    """The key to log in with, and the one that is said to have replaced it: first in
    a login that is to show it, else only where the other is refused."""
    known, said = key_to_use(account, day), said_key(account, day)
    if known is None or said is None or known.key == said:
        return [known] if known else []
    both = [known, KeyToUse(said)]
    return both[::-1] if is_test else both


def is_replacing_compromised(account: SftpAccount) -> bool:
    """A compromised key renews itself at ECP only; the others register (RAP-23)."""
    return (
        account.facility.platform == Platform.ECP
        and KeyRenewal.objects.filter(
            account=account, status__in=OPEN, reason=RenewalReason.COMPROMISED
        ).exists()
    )


def confirmed_hosts(facility: Facility) -> list[Host]:
    """Those of the active site whose host key a person has confirmed, in order."""
    return list(
        Host.objects.filter(
            facility=facility, site=facility.active_site, confirmed_at__isnull=False
        ).exclude(host_key="")
    )


def public_key(key: SshKey) -> PublicKey:
    """The public half, for packs and key files."""
    blob = base64.b64decode(key.public_line.split()[1])
    return from_blob(blob, key.account.facility.platform)


def key_file(key: SshKey) -> tuple[str, bytes]:
    """Name and content of the `.pub` that HKEX takes."""
    login_id = key.account.login_id
    return key_file_name(login_id), public_key(key).ssh2_file(login_id)


def fingerprint_text(key: SshKey) -> tuple[str, bytes]:
    """Name and content of the `.fpt` (Guide B §3.2.2)."""
    name = key_file_name(key.account.login_id).removesuffix(".pub")
    return f"{name}.fpt", fingerprint_file(public_key(key))


def _newest(keys: list[SshKey], fingerprints: set[str]) -> SshKey | None:
    taken = [key for key in keys if key.fingerprint_md5 in fingerprints]
    proved = [key for key in taken if key.proved_at]
    return next(iter(proved or taken), None)


def _compromised(known: Timeline, day: dt.date) -> set[str]:
    return {v.fingerprint for v in known.validities if v.works_on(day)}
