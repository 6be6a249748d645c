"""The people and participants of the demo; a second run changes nothing."""

from dataclasses import dataclass

from portal.activity import transaction
from portal.people.models import (
    Identity,
    IdentityKind,
    Membership,
    Participant,
    Role,
    User,
)
from portal.people.services import memberships, participants

DEMO_PASSWORD = "harbour-lights-at-dusk"  # noqa: S105  (of the sandbox alone)
HARBOUR, ISLAND = "CP00010", "CP00020"


@dataclass(frozen=True)
class DemoPerson:
    username: str
    full_name: str
    what: str
    roles: dict[str, frozenset[Role]]  # by participant's code
    is_site_admin: bool = False


PEOPLE = (
    DemoPerson("site.mak", "Mak Siu Ming", "site admin", {}, is_site_admin=True),
    # A host key is confirmed by two of them.
    DemoPerson("site.yip", "Yip Hoi Ying", "site admin", {}, is_site_admin=True),
    DemoPerson(
        "ops.chan",
        "Chan Tai Man",
        "operator",
        {HARBOUR: frozenset({Role.OPERATOR}), ISLAND: frozenset({Role.OPERATOR})},
    ),
    DemoPerson(
        "appr.wong", "Wong Ka Yan", "approver", {HARBOUR: frozenset({Role.APPROVER})}
    ),
    DemoPerson(
        "admin.lau",
        "Lau Chi Wai",
        "administrator",
        {HARBOUR: frozenset({Role.ADMIN}), ISLAND: frozenset({Role.ADMIN})},
    ),
    DemoPerson(
        "audit.ho",
        "Ho Mei Ling",
        "compliance",
        {HARBOUR: frozenset({Role.COMPLIANCE})},
    ),
)
IDENTITIES = {
    HARBOUR: (
        (IdentityKind.CE_NUMBER, "AAA000"),
        (IdentityKind.FIRM_ID, "00000"),
        (IdentityKind.DCASS_CUSTOMER_CODE, "CHSL"),
        (IdentityKind.COMPANY_ID, "HARBOUR01"),
    ),
    ISLAND: (
        (IdentityKind.CE_NUMBER, "BBB000"),
        (IdentityKind.FIRM_ID, "11111"),
    ),
}


def seed() -> list[Participant]:
    """The participants, with their identities and people."""
    users = [_user(person) for person in PEOPLE]
    made = [
        _participant(
            Participant(
                code=HARBOUR,
                name="Harbour Securities Limited",
                is_ep=True,
                is_cp=True,
                approval_required=True,
            )
        ),
        _participant(
            Participant(
                code=ISLAND,
                name="Island Brokers Limited",
                is_ep=True,
                approval_required=False,
            )
        ),
    ]
    for participant in made:
        _identities(participant)
        for person, user in zip(PEOPLE, users, strict=True):
            _membership(user, participant, person, by=users[0])
    return made


def _user(person: DemoPerson) -> User:
    found = User.objects.filter(username=person.username).first()
    if found is not None:
        return found
    with transaction.atomic():
        return User.objects.create_user(
            person.username,
            f"{person.username}@harbour.example",
            DEMO_PASSWORD,
            full_name=person.full_name,
            is_site_admin=person.is_site_admin,
            is_demo=True,
        )


def _participant(new: Participant) -> Participant:
    found = Participant.objects.filter(code=new.code).first()
    return found or participants.add_participant(new, by=None)


def _identities(participant: Participant) -> None:
    for kind, code in IDENTITIES[participant.code]:
        if not Identity.objects.filter(
            participant=participant, kind=kind, code=code
        ).exists():
            participants.add_identity(participant, kind, code, by=None)


def _membership(
    user: User, participant: Participant, person: DemoPerson, *, by: User
) -> None:
    """What somebody changed since stays as it is."""
    roles = person.roles.get(participant.code)
    there = Membership.objects.filter(user=user, participant=participant).exists()
    if roles and not there:
        identities = list(participant.identities.all())
        memberships.grant(user, participant, roles, identities, by=by)
