"""FINI in the demo: a profile whose keys the sandbox's gateway knows."""

import datetime as dt
import http.client
import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import URLError

from django.conf import settings

from fini.models import Part, Profile
from fini.selectors.jwks import key_sets
from fini.services import jwks
from fini.services.profiles import Particulars, set_up
from keys.models import Environment
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting, acting_at
from portal.people.models import Identity, IdentityKind, User

PARTICIPANT, ADMIN = "CP00010", "admin.lau"  # of `manage.py demo`
MACHINE_UUID = "ec1a3544-aca1-4adf-9d7a-9d82a4a597ad"  # "given by HKEX"
ISSUER = "harbour-securities-portal"
ENTITLEMENTS = ("EU_finiIPORefDataAPI", "EU_finiPOSubAPI", "EU_finiPOFundAPI")


class NoDemo(Exception):
    """What is missing, and how it is made."""


def seed(now: dt.datetime) -> Profile:
    """The profile with a registered key of each part; a second run makes nothing
    twice, but tells the sandbox again, which may have been made anew. Raises NoDemo,
    Refusal."""
    sandbox, acting = _sandbox(), _acting()
    profile = _profile(acting, now)
    for keys in key_sets(profile, hk_day(now)):
        if not keys.jwks:
            ends_on = hk_day(now) + dt.timedelta(jwks.USUAL_DAYS)
            jwks.make_key(profile, keys.part, ends_on, now, by=acting.user)
    _tell(sandbox, _company(profile, now))
    for waiting in profile.jwks.filter(registered_at=None, retired_at=None):
        jwks.register(waiting, acting, now)
    return profile


def _sandbox() -> dict[str, Any]:
    path = Path(settings.SANDBOX_STATE) / "sandbox.json"
    try:
        read: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        read = {}
    if "gateway" not in read:
        raise NoDemo(
            f"There is no FINI gateway in {path.parent}. Nothing was set up. "
            f"Make it first: python -m sandbox init --state {path.parent}"
        )
    return read


def _acting() -> Acting:
    user = User.objects.filter(username=ADMIN).first()
    acting = acting_at(user, PARTICIPANT) if user else None
    if acting is None:
        raise NoDemo(
            "The demo people are not there yet. Nothing was set up. "
            "Make them first: manage.py demo"
        )
    return acting


def _profile(acting: Acting, now: dt.datetime) -> Profile:
    found = Profile.objects.filter(
        participant=acting.participant, environment=Environment.SANDBOX
    ).select_related("participant", "company_id")
    profile = found.first()
    if profile is not None:
        return profile
    identity = Identity.objects.get(
        participant=acting.participant, kind=IdentityKind.COMPANY_ID
    )
    told = Particulars(
        identity,
        ISSUER,
        MACHINE_UUID,
        may_reference=True,
        may_subscribe=True,
        may_fund=True,
    )
    return set_up(Environment.SANDBOX, told, acting, now)


def _company(profile: Profile, now: dt.datetime) -> dict[str, Any]:
    """What a person would paste into Client Connect."""
    shown = {keys.part: keys.jwks for keys in key_sets(profile, hk_day(now))}
    firms = profile.participant.identities.filter(kind=IdentityKind.FIRM_ID)
    return {
        "company_id": profile.company_id.code,
        "agent_issuer": profile.agent_issuer,
        "machine_uuid": profile.machine_uuid,
        "agent_jwks": json.loads(shown[Part.AGENT]),
        "machine_jwks": json.loads(shown[Part.MACHINE]),
        "entitlements": list(ENTITLEMENTS),
        "firm_ids": list(firms.values_list("code", flat=True)),
    }


def _tell(sandbox: dict[str, Any], company: dict[str, Any]) -> None:
    """By its control API while it runs, which keeps companies in mind; else by its
    command."""
    content = json.dumps(company)
    control = sandbox["control"]
    request = urllib.request.Request(  # noqa: S310  (loopback, by the sandbox's file)
        f"{control['url']}/control/gateway/companies",
        content.encode(),
        {
            "Authorization": f"Bearer {control['token']}",
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310  (as above)
            return
    except urllib.error.HTTPError as no:
        raise NoDemo(f"The sandbox refused the company: {no.read(500)!r}") from None
    except (URLError, http.client.HTTPException, OSError):
        _by_command(content)


def _by_command(content: str) -> None:
    state = str(settings.SANDBOX_STATE)
    done = subprocess.run(  # noqa: S603  (our own program, our own arguments)
        [sys.executable, "-m", "sandbox", "company", "--state", state],
        cwd=settings.BASE_DIR,
        input=content,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoDemo(f"The sandbox did not register the company: {done.stderr}")
