"""What Activity says of a batch that is sent: numbers of records, nothing of people."""

from fini.models import Batch
from portal.activity import services as activity
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import User


def tell(
    batch: Batch, description: str, status: Status, user: User | None = None
) -> None:
    """In the transaction that it tells of; wakes open pages."""
    activity.append(
        batch.participant,
        Kind.SUBSCRIPTION,
        Endpoint.WEB if user else Endpoint.API,
        description,
        status,
        user=user,
        refs={"batch": str(batch.pk)},
        topics=["alerts", "fini", f"fini-batch:{batch.pk}"],
    )


def counted(number: int, noun: str = "record") -> str:
    """`1 record`, `1,210 records`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
