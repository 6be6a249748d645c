"""Granting, changing and ending memberships, each with its activity."""

import pytest

from portal.people.models import Identity, Participant, Role, User
from portal.people.services import memberships
from portal.people.services.memberships import CannotGrant
from tests.conftest import PASSWORD
from tests.portal.people.builders import activities


@pytest.fixture
def erin(db: None) -> User:
    """Nobody anywhere yet."""
    return User.objects.create_user("erin", "erin@example.test", PASSWORD)


def test_an_administrator_grants_roles_and_identities(
    erin: User, charlie: User, participant: Participant, ce_number: Identity
) -> None:
    membership = memberships.grant(
        erin, participant, [Role.OPERATOR, Role.APPROVER], [ce_number], by=charlie
    )
    assert membership.roles == {Role.OPERATOR, Role.APPROVER}
    assert list(membership.identities.all()) == [ce_number]
    (row,) = activities("Role")
    assert row.description == (
        "Grant [erin]: Operations, Approver for AAA000 (CE number)"
    )
    assert (row.user, row.status) == (charlie, "Successful")


def test_a_change_replaces_roles(
    alice: User, charlie: User, participant: Participant
) -> None:
    membership = memberships.grant(
        alice, participant, [Role.COMPLIANCE], [], by=charlie
    )
    assert membership.roles == {Role.COMPLIANCE}
    assert activities("Role")[0].description == (
        "Change [alice]: Compliance, read only"
    )


def test_an_ended_membership_stays_as_a_row(alice: User, charlie: User) -> None:
    membership = alice.memberships.get()
    memberships.end(membership, by=charlie)
    membership.refresh_from_db()
    assert not membership.is_active
    assert [row.description for row in activities("Role")] == ["End [alice]"]


def test_ending_twice_is_told_once(alice: User, charlie: User) -> None:
    membership = alice.memberships.get()
    memberships.end(membership, by=charlie)
    memberships.end(membership, by=charlie)
    assert len(activities("Role")) == 1


def test_nobody_raises_their_own_roles(charlie: User, participant: Participant) -> None:
    with pytest.raises(CannotGrant, match="themselves"):
        memberships.grant(
            charlie, participant, [Role.ADMIN, Role.APPROVER], [], by=charlie
        )


def test_an_operator_grants_nothing(
    erin: User, alice: User, participant: Participant
) -> None:
    with pytest.raises(CannotGrant, match="neither an administrator"):
        memberships.grant(erin, participant, [Role.OPERATOR], [], by=alice)


def test_an_administrator_elsewhere_grants_nothing(
    erin: User, mallory: User, participant: Participant
) -> None:
    with pytest.raises(CannotGrant, match="neither an administrator"):
        memberships.grant(erin, participant, [Role.OPERATOR], [], by=mallory)


def test_compliance_stands_alone(
    erin: User, charlie: User, participant: Participant
) -> None:
    with pytest.raises(CannotGrant, match="stands alone"):
        memberships.grant(
            erin, participant, [Role.COMPLIANCE, Role.OPERATOR], [], by=charlie
        )


def test_identities_are_the_participants_own(
    erin: User, mallory: User, other_participant: Participant, ce_number: Identity
) -> None:
    with pytest.raises(CannotGrant, match="not one of CP00099"):
        memberships.grant(
            erin, other_participant, [Role.OPERATOR], [ce_number], by=mallory
        )


def test_a_membership_has_a_role(
    erin: User, charlie: User, participant: Participant
) -> None:
    with pytest.raises(CannotGrant, match="at least one role"):
        memberships.grant(erin, participant, [], [], by=charlie)
    assert activities("Role") == []
