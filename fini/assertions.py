"""The two assertions that buy an access token (guide D, API Access Setup 3)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from fini.profile_keys import ProfileKey

LONGEST = dt.timedelta(minutes=30)  # `exp` lies less than this ahead
LIFETIME = dt.timedelta(minutes=5)  # clocks may differ by minutes either way

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class ClientAssertionType(StrEnum):
    """Printed in two ways; RFC 7523 has a third. A setting."""

    RFC_7523 = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    CURL = "urn:ietf:params:oauth:assertion-type:jwt-bearer"
    NOTE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks for tokens: both profiles with their keys, and where they ask."""

    audience: str
    agent_issuer: str
    company_id: str
    machine_uuid: str
    agent_key: ProfileKey
    machine_key: ProfileKey
    client_assertion_type: ClientAssertionType = ClientAssertionType.RFC_7523

    def __post_init__(self) -> None:
        if self.agent_key.thumbprint == self.machine_key.thumbprint:
            raise ValueError("the agent and the machine profile have separate keys")


def token_form(
    applicant: Applicant, now: dt.datetime, clock_offset_ms: int = 0
) -> dict[str, str]:
    """The form fields of one token request; both assertions are new each time.

    `clock_offset_ms` is how far the gateway's clock is ahead of ours.
    """
    ends = expiry(now, clock_offset_ms)
    return {
        "grant_type": GRANT_TYPE,
        "assertion": agent_assertion(applicant, ends),
        "client_assertion_type": applicant.client_assertion_type.value,
        "client_assertion": machine_assertion(applicant, ends),
    }


def agent_assertion(applicant: Applicant, ends: int) -> str:
    return applicant.agent_key.sign(
        {
            "aud": applicant.audience,
            "iss": applicant.agent_issuer,
            "exp": ends,
            "sub": applicant.company_id,
        }
    )


def machine_assertion(applicant: Applicant, ends: int) -> str:
    return applicant.machine_key.sign(
        {
            "aud": applicant.audience,
            "iss": applicant.machine_uuid,
            "exp": ends,
            "sub": applicant.machine_uuid,
        }
    )


def expiry(
    now: dt.datetime, clock_offset_ms: int, lifetime: dt.timedelta = LIFETIME
) -> int:
    """Epoch seconds in the gateway's time. Raises ValueError outside 0 to 30 min."""
    if not dt.timedelta(0) < lifetime < LONGEST:
        raise ValueError("an assertion lives less than 30 minutes")
    there = now + dt.timedelta(milliseconds=clock_offset_ms)
    return int((there + lifetime).timestamp())
