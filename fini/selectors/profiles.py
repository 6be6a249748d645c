"""Profiles for their pages: what they are, where they ask, and how that went."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fini import gateways
from fini.gateways import Gateway, NoGateway
from fini.models import ConnectionTest, Part, Profile
from fini.selectors.jwks import KeySet, key_sets
from keys.models import Environment
from portal.people.models import IdentityKind, Participant


@dataclass(frozen=True, slots=True)
class Page:
    """One profile and everything its page shows: three queries."""

    profile: Profile
    gateway: Gateway | None  # None: the deployment names none any more
    key_sets: Sequence[KeySet]
    test: ConnectionTest | None  # the latest

    @property
    def can_ask(self) -> bool:
        """Whether a connection test can come to anything."""
        keys = all(one.is_registered for one in self.key_sets)
        return bool(
            self.gateway
            and keys
            and self.profile.machine_uuid
            and self.profile.is_enabled
        )

    @property
    def next_part(self) -> str:
        """The part whose keys are to be seen to first; "" when both are."""
        waiting = (one.part for one in self.key_sets if not one.is_registered)
        part: Part | None = next(waiting, None)
        return part.value if part else ""


def page(profile: Profile, today: dt.date) -> Page:
    try:
        there = gateways.gateway(profile.environment)
    except NoGateway:
        there = None
    test = profile.tests.select_related("asked_by").first()
    return Page(profile, there, key_sets(profile, today), test)


def of(participant: Participant) -> list[Profile]:
    """One query."""
    rows = Profile.objects.filter(participant=participant)
    return list(rows.select_related("company_id").order_by("created_at"))


def in_use(rows: Sequence[Profile], environment: str = "") -> Profile | None:
    """The profile of that environment, else the first that is enabled, else any."""
    named = [row for row in rows if row.environment == environment]
    enabled = [row for row in rows if row.is_enabled]
    return next(iter(named or enabled or rows), None)


def free_environments(profiles: Sequence[Profile]) -> list[tuple[str, str]]:
    """Value and label of those with a gateway and without a profile."""
    taken = {profile.environment for profile in profiles}
    return [
        (name, Environment(name).label)
        for name in gateways.environments()
        if name not in taken
    ]


def has_company_id(participant: Participant) -> bool:
    return participant.identities.filter(kind=IdentityKind.COMPANY_ID).exists()


def why_no_calls(profile: Profile | None) -> tuple[str, str, str] | None:
    """Title, sentence and the link's words for a page that FINI has nothing on yet;
    None when the profile can ask. Two queries at most."""
    if not gateways.environments():
        return (
            "No FINI gateway is set",
            "Whoever runs the portal sets its address. Until then nothing of FINI "
            "can be shown or sent.",
            "",
        )
    if profile is None:
        return (
            "No FINI profile yet",
            "An administrator sets up the agent and the machine profile, and registers "
            "their keys in Client Connect.",
            "Open the profiles",
        )
    if not profile.is_enabled:
        return (
            "The FINI profile is disabled",
            "Nothing is asked of FINI. An administrator enables it again.",
            "Open the profiles",
        )
    parts = set(
        profile.jwks.filter(registered_at__isnull=False, retired_at=None).values_list(
            "part", flat=True
        )
    )
    if not profile.machine_uuid or parts != set(Part.values):
        return (
            "The FINI profile is not registered yet",
            "Its keys are made here and pasted into Client Connect; HKEX gives the "
            "machine profile’s UUID.",
            "Open the profiles",
        )
    return None
