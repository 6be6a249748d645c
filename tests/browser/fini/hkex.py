"""HKEX's side of FINI as a test plays it: Client Connect, and what it lists."""

import json
from typing import Any

from tests.browser.submissions.journey import Switches

MACHINE_UUID = "ec1a3544-aca1-4adf-9d7a-9d82a4a597ad"
ENTITLEMENTS = ["EU_finiIPORefDataAPI", "EU_finiPOSubAPI", "EU_finiPOFundAPI"]


class Fini(Switches):
    """The control of the sandbox, a program of its own."""

    def paste(self, agent_jwks: str, machine_jwks: str, issuer: str) -> None:
        """Into Client Connect, as a person does."""
        wanted = {
            "company_id": "HARBOUR01",
            "agent_issuer": issuer,
            "machine_uuid": MACHINE_UUID,
            "agent_jwks": json.loads(agent_jwks),
            "machine_jwks": json.loads(machine_jwks),
            "entitlements": ENTITLEMENTS,
            "firm_ids": ["00000"],
        }
        self._call("POST", "gateway/companies", wanted)

    def move(self, ipo_id: str, status: str) -> None:
        self._call("POST", "gateway/status", {"ipo_id": ipo_id, "status": status})

    def faults(self, **wanted: Any) -> None:
        self._call("POST", "gateway/faults", wanted)

    def no_faults(self) -> None:
        self._call("DELETE", "gateway/faults")
