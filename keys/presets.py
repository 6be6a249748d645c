"""The facilities of HKEX as its guides print them: addresses, ports, web pages."""

from dataclasses import dataclass

ECP_PORT = RAP_PORT = 18801
RRS_PORT = 10022


@dataclass(frozen=True, slots=True)
class HostPreset:
    """`order` counts within the site, from 0; `site` is `primary` or `secondary`."""

    site: str
    order: int
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class FacilityPreset:
    """`platform` and `environment` are the values of the models' choices.

    `circuit` and `login_is` say in words what the participant needs for it.
    """

    platform: str
    environment: str
    name: str
    hosts: tuple[HostPreset, ...]
    circuit: str
    login_is: str
    web: str = ""


def _hosts(
    port: int, primary: list[str], secondary: list[str]
) -> tuple[HostPreset, ...]:
    sites = (("primary", primary), ("secondary", secondary))
    return tuple(
        HostPreset(site, order, address, port)
        for site, addresses in sites
        for order, address in enumerate(addresses)
    )


def _ecp_production(network: str, third_octet: int) -> FacilityPreset:
    """Guide A §5.2.1; login and circuit §5.2.2 and §5.2.3."""
    return FacilityPreset(
        platform="ECP",
        environment="production",
        name=f"ECP production, {network}",
        hosts=_hosts(
            ECP_PORT,
            [f"10.1.{third_octet}.131", f"10.1.{third_octet}.132"],
            [f"10.2.{third_octet}.131", f"10.2.{third_octet}.132"],
        ),
        circuit="SDNet/2, or HSN (EPs only)",
        login_is="Client Connect login ID",
        web="https://ecp2.hkex.com.hk",
    )


def _ecp_test(network: str, third_octet: int) -> FacilityPreset:
    """Guide A §6.2.1; login and circuit §6.2.2 and §6.2.3."""
    return FacilityPreset(
        platform="ECP",
        environment="test",
        name=f"ECP end-to-end test, {network}",
        hosts=_hosts(ECP_PORT, [f"10.1.{third_octet}.228"], []),
        circuit="SDNet/2 Testing Line, or HSTN (EPs only)",
        login_is="OTP-C E2E Test Portal ID",
        web="https://ecp2.e2etest.hkex.com.hk",
    )


OCG_C, CCCG = "OCG-C / ECP (non-EP) circuit", "CCCG"

PRESETS = (
    _ecp_production(OCG_C, 93),
    _ecp_production(CCCG, 145),
    _ecp_test(OCG_C, 93),
    _ecp_test(CCCG, 145),
    # Guide C §7.1.
    FacilityPreset(
        platform="RAP",
        environment="production",
        name="RAP production",
        hosts=_hosts(
            RAP_PORT,
            ["10.151.14.141", "10.151.14.142"],
            ["10.152.14.141", "10.152.14.142"],
        ),
        circuit="SDNet/2 or HSN",
        login_is="DCXXX001 to DCXXX004",
    ),
    # Guide B §7.1.
    FacilityPreset(
        platform="RRS",
        environment="production",
        name="RRS production",
        hosts=_hosts(
            RRS_PORT,
            ["10.151.14.121", "10.151.14.122"],
            ["10.152.14.121", "10.152.14.122"],
        ),
        circuit="SDNet/2 or HSN",
        login_is="CXXX001 and CXXX002",
    ),
)


def _sandbox(platform: str, port: int, octet: int, *last: int) -> FacilityPreset:
    """The exchange in a box, on its usual addresses; its clock and faults are ours."""
    return FacilityPreset(
        platform=platform,
        environment="sandbox",
        name=f"{platform} sandbox",
        hosts=_hosts(
            port,
            [f"127.0.{octet}.{number}" for number in last],
            [f"127.0.{octet + 1}.{number}" for number in last],
        ),
        circuit="this machine alone",
        login_is="as the sandbox has registered it",
    )


# What a deployment of the sandbox kind may have: nothing that is not on loopback.
SANDBOX = (
    _sandbox("ECP", ECP_PORT, 1, 131, 132),
    _sandbox("RAP", RAP_PORT, 3, 141, 142),
    _sandbox("RRS", RRS_PORT, 5, 121, 122),
)


def offered(deployment: str) -> tuple[FacilityPreset, ...]:
    """Those that a deployment (`sandbox` or `real`) may have."""
    return SANDBOX if deployment == "sandbox" else PRESETS
