"""The Activity of a proposal, and whom its changes are told to."""

from fini.models import FundingProposal
from portal.activity import services as activity
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import User

TOPIC = "fini-funding"


def topics(row: FundingProposal) -> list[str]:
    return ["fini", TOPIC, f"fini-proposal:{row.pk}", "approvals", "alerts"]


def record(
    row: FundingProposal, what: str, status: Status, user: User | None = None
) -> None:
    """`what` names the proposal where the first {} stands. What follows it may be
    FINI's own words, and those may hold braces: it is no format."""
    name = (
        f"[proposal {row.number}] for [IPO {row.ipo_id}]"
        f" in [{row.profile.get_environment_display()}]"
    )
    activity.append(
        row.participant,
        Kind.FUNDING,
        Endpoint.WEB if user else Endpoint.API,
        what.replace("{}", name, 1),
        status,
        user=user,
        refs={"proposal": str(row.pk), "ipo": row.ipo_id},
        topics=topics(row),
    )
