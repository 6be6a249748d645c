"""The addresses registered with HKEX, and the circuits they must lie in."""

import datetime as dt
from collections.abc import Mapping, Sequence
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError

from keys import addresses
from keys.addresses import AddressesRefused
from keys.models import CircuitKind, RemoteIp, SftpAccount, Subnet
from keys.refusals import Refusal
from keys.selectors.addresses import addresses_of, circuits_of
from keys.services import records
from keys.services.accounts import locked
from portal.activity import transaction
from portal.activity.models import Kind
from portal.people.guards import Acting
from portal.people.models import Participant


def set_remote_ips(
    account: SftpAccount,
    texts: Sequence[str],
    on: dt.date,
    acting: Acting,
    now: dt.datetime,
) -> list[RemoteIp]:
    """The whole set, as registered with HKEX on this Hong Kong day: what is left out
    is removed on it. Raises Refusal with a sentence for each fault."""
    try:
        wanted = addresses.judge(
            texts, account.facility.platform, circuits_of(account.participant)
        )
    except AddressesRefused as no:
        raise Refusal(*no.sentences) from None
    listed = [str(address) for address in wanted]
    with transaction.atomic():
        locked(account.pk)
        held = {row.address: row for row in addresses_of(account)}
        gone = [row.pk for address, row in held.items() if address not in listed]
        RemoteIp.objects.filter(pk__in=gone).update(removed_on=on)
        RemoteIp.objects.bulk_create(
            RemoteIp(
                account=account,
                address=address,
                registered_on=on,
                registered_by=acting.user,
            )
            for address in listed
            if address not in held
        )
        told = f"Set addresses [{', '.join(listed)}]"
        records.of_account(account, Kind.ADDRESS, told, by=acting.user)
    return addresses_of(account)


def set_subnets(
    participant: Participant,
    texts_by_circuit: Mapping[CircuitKind, Sequence[str]],
    acting: Acting,
    now: dt.datetime,
) -> list[Subnet]:
    """All subnets of the participant's circuits, as `10.163.3.0/24`, or three octets.
    Raises Refusal: no /24, or one that a registered address still lies in is gone."""
    wanted = {
        (circuit, str(_network(text)))
        for circuit, texts in texts_by_circuit.items()
        for text in texts
        if text.strip()
    }
    with transaction.atomic():
        held = {(row.circuit, row.network): row for row in participant.subnets.all()}
        gone = [row.pk for key, row in held.items() if key not in wanted]
        Subnet.objects.filter(pk__in=gone).delete()
        Subnet.objects.bulk_create(
            Subnet(participant=participant, circuit=circuit, network=network)
            for circuit, network in sorted(wanted)
            if (circuit, network) not in held
        )
        listed = ", ".join(sorted(network for _, network in wanted)) or "none"
        records.of_participant(
            participant, Kind.ADDRESS, f"Set circuits [{listed}]", by=acting.user
        )
    return list(participant.subnets.order_by("circuit", "network"))


def _network(text: str) -> IPv4Network:
    said = text.strip()
    whole = said if "/" in said else f"{said.rstrip('.')}.0/24"
    try:
        network = IPv4Network(whole)
    except (AddressValueError, NetmaskValueError, ValueError):
        network = None
    if network is None or network.prefixlen != 24:
        raise Refusal(
            "A circuit’s subnet is written like 10.163.3.0/24.",
            "Nothing was changed.",
            "Take it from HKEX’s circuit letter.",
        )
    return network
