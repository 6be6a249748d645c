"""The pack that registers keys at RAP or RRS, from what the portal has."""

from collections.abc import Iterable
from ipaddress import IPv4Address

from keys.models import Platform, RemoteIp, SftpAccount, SshKey
from keys.packs import Pack, PackRefused, rap_pack, rrs_pack
from keys.publickeys import PublicKey
from keys.selectors.keys import public_key
from keys.selectors.timelines import EMPTY, timelines_of
from portal import clock


def pack_of(account: SftpAccount) -> Pack:
    """RAP: every account of the customer that has a key to register. RRS: both
    accounts, with the key to register or else the one in use. Raises PackRefused."""
    platform, code = account.facility.platform, customer_code(account)
    if platform == Platform.ECP:
        raise PackRefused("ECP takes the key file itself on its web: no pack is made.")
    mine = _accounts(account, code)
    keys = _to_register(mine)
    if platform == Platform.RRS:
        keys = {**_in_use(mine), **keys}
    if not keys:
        raise PackRefused(
            "Every key here is recorded as registered already, or none was made.",
            *("make", account.login_id),
        )
    addresses = _addresses(mine)
    make = rap_pack if platform == Platform.RAP else rrs_pack
    return make(code, keys, addresses)


def customer_code(account: SftpAccount) -> str:
    """`CXYZ` of DCXYZ001 (RAP) and CXYZ001 (RRS)."""
    start = 1 if account.facility.platform == Platform.RAP else 0
    return account.login_id[start : start + 4]


def _accounts(account: SftpAccount, code: str) -> list[SftpAccount]:
    rows = SftpAccount.objects.filter(
        facility=account.facility, participant=account.participant
    ).select_related("facility")
    return [row for row in rows if customer_code(row) == code]


def _to_register(accounts: Iterable[SftpAccount]) -> dict[str, PublicKey]:
    """The newest of each account's; one that a renewal uploads is none of them."""
    rows = (
        SshKey.objects.filter(
            account__in=list(accounts), registered_on=None, renewal=None
        )
        .exclude(sealed_private=b"")
        .select_related("account__facility")
        .order_by("created_at")
    )
    return {key.account.login_id: public_key(key) for key in rows}


def _in_use(accounts: Iterable[SftpAccount]) -> dict[str, PublicKey]:
    mine = list(accounts)
    today, lines = clock.today(), timelines_of(mine)
    taken = SshKey.objects.filter(
        account__in=mine, registered_on__isnull=False
    ).select_related("account__facility")
    newest = {
        (pk, usable[0].fingerprint)
        for pk, known in lines.items()
        if (usable := (known or EMPTY).usable(today))
    }
    return {
        key.account.login_id: public_key(key)
        for key in taken
        if (key.account_id, key.fingerprint_md5) in newest
    }


def _addresses(accounts: Iterable[SftpAccount]) -> list[IPv4Address]:
    """RAP: any account may use any of them (Guide C §4.3)."""
    rows = RemoteIp.objects.filter(account__in=list(accounts), removed_on=None)
    found = rows.order_by("registered_on", "address").values_list("address", flat=True)
    return [IPv4Address(text) for text in dict.fromkeys(found)]
