"""What happens backstage: the cast, and changes that open pages should show."""

import time

from django.db.transaction import on_commit

from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.activity.services import append
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.people.models import Identity, IdentityKind, Membership, Participant, User
from tests.browser.site import PASSWORD

CAST = {
    "alice": "is_operator",
    "bob": "is_approver",
    "charlie": "is_admin",
    "dora": "is_compliance",
}


def cast() -> None:
    """CP00010 with alice, bob, charlie and dora; CP00099 with mallory; sam, a site
    admin. The same as in tests/conftest.py."""
    harbour = Participant.objects.create(
        code="CP00010", name="Harbour Securities Limited", is_ep=True, is_cp=True
    )
    peak = Participant.objects.create(code="CP00099", name="Peak Brokers", is_ep=True)
    for kind, code in (
        (IdentityKind.CE_NUMBER, "AAA000"),
        (IdentityKind.FIRM_ID, "00000"),
    ):
        Identity.objects.create(participant=harbour, kind=kind, code=code)
    for name, role in CAST.items():
        _person(name, harbour, role)
    _person("mallory", peak, "is_operator")
    User.objects.create_user("sam", "sam@example.test", PASSWORD, is_site_admin=True)


def _person(name: str, participant: Participant, role: str) -> None:
    user = User.objects.create_user(name, f"{name}@example.test", PASSWORD)
    membership = Membership.objects.create(
        user=user, participant=participant, **{role: True}
    )
    membership.identities.set(participant.identities.all())


def something_happens(code: str = "CP00010", topics: tuple[str, ...] = ()) -> float:
    """One row in the participant's chain; answers the time of its commit."""
    participant = Participant.objects.get(code=code)
    with transaction.atomic():
        append(
            participant,
            Kind.ACCESS,
            Endpoint.WEB,
            "A test happened",
            Status.SUCCESSFUL,
            topics=topics,
        )
    return time.time()


def alert(title: str, code: str = "CP00010") -> float:
    """An alert, with the activity that tells of it; answers the time of commit."""
    participant = Participant.objects.get(code=code)
    with transaction.atomic():
        alerts.raise_(
            "test",
            title,
            participant=participant,
            severity=Severity.BAD,
            title=title,
            body="HKEX answered 4007 File name contains invalid characters.",
            path=f"/p/{code}/",
            action="Look",
        )
        append(
            participant,
            Kind.ACCESS,
            Endpoint.WEB,
            title,
            Status.WARNING,
            topics=["alerts"],
        )
    return time.time()


def progress(topic: str, numbers: dict[str, int], code: str = "CP00010") -> None:
    from portal import fanout

    fanout.progress(Participant.objects.get(code=code).pk, topic, numbers)


def readers(people: int, code: str = "CP00010") -> list[str]:
    """So many operators, each signed in; answers their session cookies."""
    from django.test import Client

    participant = Participant.objects.get(code=code)
    cookies = []
    for n in range(people):
        _person(f"reader{n}", participant, "is_operator")
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(username=f"reader{n}"))
        client.get(f"/p/{code}/")  # begins the session's limits
        cookies.append(client.cookies["sessionid"].value)
    return cookies


def timed_alert(title: str, code: str = "CP00010") -> float:
    """As `alert`; answers the moment of the commit itself, before anyone is told."""
    moment: list[float] = []
    with transaction.atomic():
        on_commit(lambda: moment.append(time.time()))
        alert(title, code)
    return moment[0]
