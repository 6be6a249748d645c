"""Registered addresses: of an account, or of the whole CP where HKEX shares them."""

from ipaddress import IPv4Network

from keys.models import Platform, RemoteIp, SftpAccount, Subnet
from portal.people.models import Participant

# Any account of the CP may use any of its addresses (Guides B and C §7).
SHARED = (Platform.RAP, Platform.RRS)


def registered_for(account: SftpAccount) -> set[str]:
    """The addresses from which HKEX lets this account in."""
    rows = RemoteIp.objects.filter(removed_on=None)
    if account.facility.platform in SHARED:
        rows = rows.filter(
            account__participant=account.participant_id,
            account__facility=account.facility_id,
        )
    else:
        rows = rows.filter(account=account)
    return set(rows.values_list("address", flat=True))


def addresses_of(account: SftpAccount) -> list[RemoteIp]:
    return list(
        RemoteIp.objects.filter(account=account, removed_on=None).order_by("address")
    )


def circuits_of(participant: Participant) -> list[IPv4Network]:
    """The participant's subnets, for `addresses.judge`."""
    rows = Subnet.objects.filter(participant=participant).order_by("network")
    return [IPv4Network(network) for network in rows.values_list("network", flat=True)]
