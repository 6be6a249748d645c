"""Site admins, hosts and pre-flights: small builders."""

from keys.models import Facility, Host, PreFlight
from portal import clock
from portal.exchange.algorithms import HKEX
from portal.people.models import User
from tests.transfers import builders

FIRST_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q"
)
OTHER_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
)


def site_admin(name: str) -> User:
    return User.objects.create(username=name, is_site_admin=True)


def facility(platform: str = "ECP") -> Facility:
    return Facility.objects.create(
        name=f"{platform} here", platform=platform, environment="sandbox"
    )


def host(at: Facility, key: str = "") -> Host:
    made = builders.host(at)
    Host.objects.filter(pk=made.pk).update(
        host_key=key, confirmed_at=clock.now() if key else None
    )
    made.refresh_from_db()
    return made


def pre_flight(of: Host, key: str = FIRST_KEY, **offer: list[str]) -> PreFlight:
    """Of a host that speaks all that we speak, but for what is given."""
    all_of_ours = {
        kind: list(getattr(HKEX, kind))
        for kind in ("kex", "ciphers", "macs", "host_keys", "signatures")
    }
    said = {**all_of_ours, **offer}
    return PreFlight.objects.create(host=of, at=clock.now(), host_key=key, offer=said)
