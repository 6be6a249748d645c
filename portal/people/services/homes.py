"""Which page a person begins with at a participant."""

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import Membership


def choose(membership: Membership, url_name: str, title: str) -> None:
    """Nothing is written where nothing changes."""
    with transaction.atomic():
        changed = (
            Membership.objects.filter(pk=membership.pk)
            .exclude(home=url_name)
            .update(home=url_name)
        )
        if changed:
            activity.append(
                membership.participant,
                Kind.ACCESS,
                Endpoint.WEB,
                f"Begin with [{title}]",
                Status.SUCCESSFUL,
                user=membership.user,
            )
