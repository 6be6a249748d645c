"""Every address of the portal by everybody who may knock (architecture.md, law 9)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from portal.people.models import (
    Identity,
    IdentityKind,
    Membership,
    Participant,
    Role,
    User,
)
from tests.objects import OBJECT_ARGS, OTHER_ARGS, arguments

# Open to anybody: signing in, and what a load balancer or the clock asks for.
PUBLIC = {
    "account_login",
    "account_logout",
    "mfa_authenticate",
    "people_invitation",
    "clock",
    "health",
    "calendar",  # its token is the key to it
}
METHODS = ("get", "post")
STRANGER, SITE_ADMIN = "stranger", "site admin"
SIGNED_IN = [role.value for role in Role] + [STRANGER, SITE_ADMIN]
PARTIAL = {"X-Partial": "1"}


@dataclass(frozen=True)
class Address:
    name: str
    view: Callable[..., Any]
    wants: frozenset[str]  # the names of its arguments

    @property
    def guard(self) -> str | None:
        return getattr(self.view, "guard", None)

    @property
    def roles(self) -> frozenset[str]:
        """Whom it lets in; every role where it names none."""
        named = getattr(self.view, "roles", ()) or tuple(Role)
        return frozenset(role.value for role in named)


def walk(resolver: URLResolver, wants: frozenset[str]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        wanted = wants | set(entry.pattern.converters) | set(_groups(entry))
        if isinstance(entry, URLResolver):
            yield from walk(entry, wanted)
        else:
            yield Address(str(entry.name), entry.callback, wanted)


def _groups(entry: URLPattern | URLResolver) -> list[str]:
    return list(entry.pattern.regex.groupindex)


ADDRESSES = list(walk(get_resolver(), frozenset()))
GUARDED = [address for address in ADDRESSES if address.name not in PUBLIC]
OWNED = [address for address in ADDRESSES if address.name in OBJECT_ARGS]


def each(addresses: list[Address]) -> Any:
    return pytest.mark.parametrize(
        "address", addresses, ids=[address.name for address in addresses]
    )


@pytest.fixture(autouse=True)
def calm(settings: Settings) -> None:
    """Streams answer and end; nobody is locked out."""
    settings.LIVE_STREAMS = False
    cache.clear()


def participant_of(code: str, ce_number: str) -> Participant:
    made = Participant.objects.create(code=code, name=f"{code} Limited", is_ep=True)
    Identity.objects.create(
        participant=made, kind=IdentityKind.CE_NUMBER, code=ce_number
    )
    Identity.objects.create(
        participant=made, kind=IdentityKind.FIRM_ID, code=ce_number[3:]
    )
    return made


@pytest.fixture
def ours(db: None) -> Participant:
    return participant_of("CP00010", "AAA000")


@pytest.fixture
def theirs(db: None) -> Participant:
    return participant_of("CP00099", "ZZZ999")


def person(who: str, ours: Participant, theirs: Participant) -> User:
    """Strangers hold every power elsewhere; no password is needed, nor made."""
    user = User.objects.create(username=who, is_site_admin=who == SITE_ADMIN)
    if who == SITE_ADMIN:
        return user
    at = theirs if who == STRANGER else ours
    roles = {who} if who != STRANGER else {"operator", "approver", "admin"}
    membership = Membership.objects.create(
        user=user, participant=at, **{f"is_{role}": True for role in roles}
    )
    membership.identities.set(at.identities.all())
    return user


def knock(
    client: Client,
    address: Address,
    at: Participant,
    arguments: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> set[int | str]:
    """What GET and POST are answered: statuses, and "sign-in" for being sent there.
    A method that the address does not take says nothing of the guard."""
    if "participant" in address.wants:
        arguments = {"participant": at.code, **arguments}
    url = reverse(address.name, kwargs=arguments)
    answers = [getattr(client, method)(url, headers=headers) for method in METHODS]
    return {_told(answer) for answer in answers} - {405}


def _told(response: Any) -> int | str:
    location = response.headers.get("Location", "")
    to_sign_in = location.startswith(reverse("account_login"))
    return "sign-in" if to_sign_in else int(response.status_code)


def expected(address: Address, who: str) -> str:
    """Whether this person is in, a stranger (404), or lacks the role (403)."""
    if address.guard == "signed_in":
        return "in"
    if address.guard == "site_admin":
        return "in" if who == SITE_ADMIN else "stranger"
    if who in (STRANGER, SITE_ADMIN):
        return "stranger"
    return "in" if who in address.roles else "lacks"


@each(ADDRESSES)
def test_every_address_has_a_guard_or_is_public_on_purpose(address: Address) -> None:
    assert (address.name in PUBLIC) != (
        address.guard in ("member", "signed_in", "site_admin")
    )


@each(ADDRESSES)
def test_every_address_has_its_objects_here(address: Address) -> None:
    known = address.name in OBJECT_ARGS or address.name in OTHER_ARGS
    assert known or address.wants <= {"participant"}, (
        "add a builder for this address to tests/objects.py"
    )


@each(GUARDED)
def test_the_anonymous_are_sent_to_sign_in(
    client: Client, address: Address, ours: Participant, theirs: Participant
) -> None:
    owner = person("operator", ours, theirs)
    made = arguments(address.name, owner, ours)
    answers = knock(client, address, ours, made)
    assert answers in ({"sign-in"}, {401})


@each(GUARDED)
def test_an_anonymous_partial_is_401(
    client: Client, address: Address, ours: Participant, theirs: Participant
) -> None:
    owner = person("operator", ours, theirs)
    made = arguments(address.name, owner, ours)
    assert knock(client, address, ours, made, PARTIAL) == {401}


@each(GUARDED)
@pytest.mark.parametrize("who", SIGNED_IN)
def test_each_person_is_let_in_or_turned_away(
    client: Client, address: Address, who: str, ours: Participant, theirs: Participant
) -> None:
    user = person(who, ours, theirs)
    client.force_login(user)
    made = arguments(address.name, user, ours)
    answers = knock(client, address, ours, made)
    turned_away: dict[str, set[int | str]] = {"stranger": {404}, "lacks": {403}}
    if (verdict := expected(address, who)) == "in":
        assert answers
        assert not answers & {401, 403, 404, "sign-in"}
    else:
        assert answers == turned_away[verdict]


@each(OWNED)
@pytest.mark.parametrize("who", [role.value for role in Role])
def test_another_participants_object_is_not_there(
    client: Client, address: Address, who: str, ours: Participant, theirs: Participant
) -> None:
    made = arguments(address.name, person(STRANGER, ours, theirs), theirs)
    client.force_login(person(who, ours, theirs))
    answers = knock(client, address, ours, made)
    assert answers == ({404} if who in address.roles else {403})
