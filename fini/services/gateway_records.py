"""The Activity of profiles, their keys and IPOs, in one wording each."""

from fini.models import Profile, ProfileJwk
from portal.activity import services as activity
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import Participant, User

TOPIC = "fini"


def of_profile(
    profile: Profile,
    told: str,
    *,
    by: User | None = None,
    status: Status = Status.SUCCESSFUL,
    endpoint: Endpoint = Endpoint.WEB,
    topics: tuple[str, ...] = (),
    refs: dict[str, str] | None = None,
) -> None:
    """`told` of the profile, for instance "Set up FINI profile"."""
    activity.append(
        profile.participant,
        Kind.GATEWAY,
        endpoint,
        f"{told} of [{profile.company_id.code}] in [{profile.environment}]",
        status,
        user=by,
        refs={"profile": str(profile.pk), **(refs or {})},
        topics=(TOPIC, f"fini-profile:{profile.pk}", "alerts", *topics),
    )


def of_jwk(
    jwk: ProfileJwk,
    verb: str,
    *,
    by: User | None = None,
    status: Status = Status.SUCCESSFUL,
) -> None:
    """ "Make JWK [kid] of the agent profile of [HARBOUR01] in [sandbox]"; what
    expires is drawn anew with it."""
    of_profile(
        jwk.profile,
        f"{verb} JWK [{jwk.kid}] of the {jwk.get_part_display().lower()}",
        by=by,
        status=status,
        refs={"jwk": str(jwk.pk)},
        topics=("keys",),
    )


def of_participant(participant: Participant, told: str, *, by: User | None) -> None:
    activity.append(
        participant,
        Kind.GATEWAY,
        Endpoint.WEB,
        told,
        Status.SUCCESSFUL,
        user=by,
        topics=(TOPIC,),
    )
