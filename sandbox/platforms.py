"""What differs between ECP, RAP and RRS, one row each (Guides A, B and C)."""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.layout import SandboxError

OLD_KEY_LASTS = timedelta(days=14)


def two_years_on(day: date) -> date:
    """The first dead day of a key of that day; 29 February ends on the 28th."""
    try:
        return day.replace(year=day.year + 2)
    except ValueError:
        return day.replace(year=day.year + 2, day=28)


def after_730_days(day: date) -> date:
    """Guide B §6.1: of 1 March 2020 the last good day is 1 March 2022."""
    return day + timedelta(days=731)


@dataclass(frozen=True)
class Platform:
    """`bits` are the RSA sizes taken; `shared_addresses`: registered for the CP.

    `expires_on` gives the first day on which a key of that day no longer works.
    `has_sites` name its networks: the third number of 127.x.n.y by site.
    """

    name: str
    key_folder: str
    login: re.Pattern[str]
    bits: Container[int]
    expires_on: Callable[[date], date]
    addresses_at_most: int
    shared_addresses: bool
    port: int
    hosts: tuple[tuple[str, str, int, int], ...]


def _hosts(
    name: str, first_net: int, *last: int
) -> tuple[tuple[str, str, int, int], ...]:
    """Name, site, network and last number of the hosts, the primary's first."""
    sites = (("primary", first_net), ("secondary", first_net + 1))
    return tuple(
        (f"{name}-{site[0]}{place}", site, net, number)
        for site, net in sites
        for place, number in enumerate(last, 1)
    )


ECP = Platform(
    name="ECP",
    key_folder="/key_management/publickey",
    login=re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"),
    bits=range(2048, 4097),
    expires_on=two_years_on,
    addresses_at_most=4,
    shared_addresses=False,
    port=18801,
    hosts=_hosts("ecp", 1, 131, 132),
)
RAP = Platform(
    name="RAP",
    key_folder="/key_management/publickey",
    login=re.compile(r"D(?P<code>C[A-Z0-9]{3})00[1-4]"),
    bits=(2048, 4096),
    expires_on=two_years_on,
    addresses_at_most=4,
    shared_addresses=True,
    port=18801,
    hosts=_hosts("rap", 3, 141, 142),
)
RRS = Platform(
    name="RRS",
    key_folder="/KEY_MANAGEMENT",
    login=re.compile(r"(?P<code>C[A-Z0-9]{3})00[12]"),
    bits=(2048,),
    expires_on=after_730_days,
    addresses_at_most=2,
    shared_addresses=True,
    port=10022,
    hosts=_hosts("rrs", 5, 121, 122),
)
PLATFORMS = {platform.name: platform for platform in (ECP, RAP, RRS)}


def platform_of(name: str) -> Platform:
    """The platform by its name; raises SandboxError."""
    try:
        return PLATFORMS[name]
    except KeyError:
        raise SandboxError(f"The platform is one of {list(PLATFORMS)}.") from None


def customer_code(platform: Platform, login: str) -> str:
    """The DCASS customer code inside a RAP or RRS login."""
    match = platform.login.fullmatch(login)
    if match is None:
        raise SandboxError(f"{login!r} is no login of {platform.name}.")
    return match["code"]
