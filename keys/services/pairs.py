"""Key pairs: made or brought, sealed before they are stored, opened for a login."""

import datetime as dt
import io

import paramiko
from django.db import IntegrityError

from keys import privatekeys
from keys.models import Origin, SftpAccount, SshKey
from keys.platform_rules import rules_of
from keys.privatekeys import NotReadable, PrivateKey
from keys.publickeys import NotUsable, from_blob
from keys.refusals import Refusal
from keys.services import records
from portal import secrets
from portal.activity import transaction
from portal.people.models import User

NOTHING_STORED = "Nothing of it was stored."


def make_key(
    account: SftpAccount,
    now: dt.datetime,
    *,
    bits: int | None = None,
    by: User | None = None,
) -> SshKey:
    """A new RSA pair, of the platform's usual size unless told; not registered yet.

    The pair is drawn before the transaction: that takes a second or more.
    """
    return keep(account, draw(account, bits), Origin.MADE, now, by)


def bring_key(
    account: SftpAccount,
    content: bytes,
    passphrase: str,
    now: dt.datetime,
    *,
    by: User | None = None,
) -> SshKey:
    """A pair that a person made elsewhere. Raises Refusal: unreadable, a passphrase
    that does not open it, not RSA, a size that the platform does not take."""
    try:
        pair = privatekeys.read(content, passphrase)
    except NotReadable as no:
        raise Refusal(no.sentence, NOTHING_STORED) from None
    return keep(account, pair, Origin.BROUGHT, now, by)


def draw(account: SftpAccount, bits: int | None = None) -> PrivateKey:
    """A new pair that is stored nowhere yet: never inside a transaction."""
    rules = rules_of(account.facility.platform)
    size = bits or rules.default_bits
    if size not in rules.bits:
        raise Refusal(
            f"{account.facility.platform} takes RSA keys of {rules.bits_in_words} "
            "bits. No key was made. Choose such a size."
        )
    return privatekeys.make(size)


def keep(
    account: SftpAccount,
    pair: PrivateKey,
    origin: Origin,
    now: dt.datetime,
    by: User | None = None,
) -> SshKey:
    """Seal and store it. Raises Refusal for a key that HKEX would not take, or that
    another account has (ECP-59)."""
    try:
        public = from_blob(pair.public_blob(), account.facility.platform)
    except NotUsable as no:
        raise Refusal(no.sentence, NOTHING_STORED) from None
    _refuse_known(public.md5)
    key = SshKey(
        account=account,
        public_line=public.openssh_line,
        fingerprint_md5=public.md5,
        fingerprint_sha256=public.sha256,
        bits=public.bits,
        origin=origin,
        created_at=now,
        created_by=by,
    )
    key.sealed_private = secrets.seal(pair.openssh(), _bound_to(key))
    try:
        with transaction.atomic():
            key.save(force_insert=True)
            records.of_key(key, "Make" if origin == Origin.MADE else "Bring", by=by)
    except IntegrityError:
        raise _known() from None
    return key


def open_private(key: SshKey) -> paramiko.PKey:
    """The private half, to log in with; raises secrets.CannotOpen."""
    sealed = secrets.open(bytes(key.sealed_private), _bound_to(key))
    return paramiko.RSAKey.from_private_key(io.StringIO(sealed.decode()))


def _refuse_known(fingerprint: str) -> None:
    if SshKey.objects.filter(fingerprint_md5=fingerprint).exists():
        raise _known()


def _known() -> Refusal:
    return Refusal(
        "This key is in the portal already.",
        "HKEX takes a key for one account and once only, so nothing was stored.",
        "Make a new key.",
    )


def _bound_to(key: SshKey) -> str:
    return secrets.context("keys_sshkey", key.pk, "sealed_private")
