"""Companies with their agent and machine profiles, as Client Connect holds them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.gateway.jwk import Jwk, parse_jwks
from sandbox.layout import SandboxError

REFERENCE, SUBSCRIPTION, FUNDING = ENTITLEMENTS = (
    "EU_finiIPORefDataAPI",
    "EU_finiPOSubAPI",
    "EU_finiPOFundAPI",
)
_COMPANY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIRM_ID = re.compile(r"[0-9A-Za-z]{1,16}")
_MEMBERS = {
    *("company_id", "agent_issuer", "agent_jwks", "machines"),
    *("entitlements", "firm_ids"),
}


@dataclass(frozen=True)
class Company:
    """`machines` are the keys of each machine profile by its UUID."""

    company_id: str
    agent_issuer: str
    agent_keys: tuple[Jwk, ...]
    machines: dict[str, tuple[Jwk, ...]]
    entitlements: frozenset[str]
    firm_ids: frozenset[str]

    def view(self) -> dict[str, Any]:
        """What console and control API show."""
        return {
            "company_id": self.company_id,
            "agent_issuer": self.agent_issuer,
            "agent_kids": [one.kid for one in self.agent_keys],
            "machines": {
                uuid: [one.kid for one in keys] for uuid, keys in self.machines.items()
            },
            "entitlements": sorted(self.entitlements),
            "firm_ids": sorted(self.firm_ids),
        }


def spelt_out(given: dict[str, Any]) -> dict[str, Any]:
    """The JSON with `machines` {uuid: JWKS} in place of one machine's two members."""
    wanted = dict(given)
    if "machine_uuid" in wanted:
        uuid, jwks = wanted.pop("machine_uuid"), wanted.pop("machine_jwks", None)
        wanted["machines"] = {**wanted.get("machines", {}), uuid: jwks}
    wanted.setdefault("entitlements", list(ENTITLEMENTS[:2]))
    wanted.setdefault("firm_ids", [])
    return wanted


def parse_company(
    wanted: dict[str, Any], registered_at: datetime | None = None
) -> Company:
    """A company out of `spelt_out` JSON; raises SandboxError.

    With `registered_at` keys are held to what holds at registration.
    """
    if set(wanted) != _MEMBERS or not isinstance(wanted["machines"], dict):
        raise SandboxError(f"A company has exactly {sorted(_MEMBERS)}.")
    company_id, issuer = wanted["company_id"], wanted["agent_issuer"]
    _check_texts(_COMPANY_ID, "Company ID", [company_id])
    _check_texts(_UUID, "machine profile UUID", wanted["machines"])
    _check_texts(_FIRM_ID, "Firm ID", wanted["firm_ids"])
    if not isinstance(issuer, str) or not 0 < len(issuer) <= 512:
        raise SandboxError("The agent issuer is text of up to 512 characters.")
    if not wanted["machines"]:
        raise SandboxError("A company has at least one machine profile.")
    if unknown := set(wanted["entitlements"]) - set(ENTITLEMENTS):
        raise SandboxError(f"Unknown entitlements: {sorted(map(str, unknown))}.")
    company = Company(
        company_id,
        issuer,
        tuple(parse_jwks(wanted["agent_jwks"], registered_at)),
        {
            uuid: tuple(parse_jwks(jwks, registered_at))
            for uuid, jwks in wanted["machines"].items()
        },
        frozenset(wanted["entitlements"]),
        frozenset(wanted["firm_ids"]),
    )
    _check_apart(company)
    return company


def _check_texts(pattern: re.Pattern[str], name: str, texts: Iterable[Any]) -> None:
    for text in texts:
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise SandboxError(f"{text!r} is no {name}.")


def _check_apart(company: Company) -> None:
    """Separate keys for the agent profile and the machines' (API Access Setup 2)."""
    of_agent = {one.key.n for one in company.agent_keys}
    of_machines = {one.key.n for keys in company.machines.values() for one in keys}
    if of_agent & of_machines:
        raise SandboxError(
            "Separate sets of public keys must be used to register the agent and"
            " machine profiles."
        )
