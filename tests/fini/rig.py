"""Our client's side of the sandbox's gateway: a profile that it knows."""

import json
from typing import Any

from fini.models import Part, Profile
from fini.selectors.jwks import key_sets
from portal import clock
from portal.people.models import Participant
from sandbox.inthread import SandboxThread
from tests.fini.profile_builders import ready

ENTITLEMENTS = ["EU_finiIPORefDataAPI", "EU_finiPOSubAPI", "EU_finiPOFundAPI"]


def gateways(box: SandboxThread) -> dict[str, dict[str, str]]:
    """For settings.FINI_GATEWAYS."""
    told = box.gateway
    where = {"url": told["url"], "audience": told["aud"], "ca_file": str(told["ca"])}
    return {"sandbox": where}


def known_to(box: SandboxThread, participant: Participant, **fields: Any) -> Profile:
    """Set up here, and registered there with the JWKS that its page shows."""
    profile = ready(participant)
    shown = {one.part: one.jwks for one in key_sets(profile, clock.today())}
    told = {
        "company_id": profile.company_id.code,
        "agent_issuer": profile.agent_issuer,
        "machine_uuid": profile.machine_uuid,
        "agent_jwks": json.loads(shown[Part.AGENT]),
        "machine_jwks": json.loads(shown[Part.MACHINE]),
        "entitlements": ENTITLEMENTS,
        "firm_ids": ["00000"],
    }
    box.register_company(**{**told, **fields})
    return profile
