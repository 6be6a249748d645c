"""Who comes through a guard, and who is turned away how."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from portal.people import guards
from portal.people.models import Membership, Role, User
from tests.portal.people.builders import activities


@guards.member(Role.OPERATOR, Role.ADMIN)
def for_operators(request: guards.ActingRequest) -> HttpResponse:
    return HttpResponse(f"{request.acting.user} at {request.acting.participant}")


@guards.member()
def for_members(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@guards.site_admin
def for_the_site(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, HttpResponse)
    return response.content


def by(user: User | AnonymousUser, **headers: str) -> HttpRequest:
    request = RequestFactory().get("/p/CP00010/thing/?q=1", headers=headers)
    request.user = user
    return request


def test_the_view_learns_who_acts_where(alice: User) -> None:
    response = for_operators(by(alice), participant="CP00010")
    assert body(response) == b"alice at CP00010"


def test_the_anonymous_are_sent_to_sign_in_and_back(db: None) -> None:
    response = for_operators(by(AnonymousUser()), participant="CP00010")
    assert response["Location"] == ("/accounts/login/?next=/p/CP00010/thing/%3Fq%3D1")


@pytest.mark.parametrize("header", ["HX-Request", "X-Partial"])
def test_an_anonymous_partial_is_401(db: None, header: str) -> None:
    response = for_operators(by(AnonymousUser(), **{header: "1"}), participant="X")
    assert response.status_code == 401


def test_a_stranger_learns_nothing(alice: User, mallory: User) -> None:
    with pytest.raises(Http404):
        for_operators(by(mallory), participant="CP00010")


def test_a_participant_that_is_not_there_looks_the_same(mallory: User) -> None:
    with pytest.raises(Http404):
        for_operators(by(mallory), participant="CP00011")


def test_a_member_without_the_role_is_refused_and_recorded(bob: User) -> None:
    with pytest.raises(PermissionDenied):
        for_operators(by(bob), participant="CP00010")
    (row,) = activities("Access")
    assert (row.description, row.status) == ("Refused [/p/CP00010/thing/]", "Failed")
    assert (row.user, row.chain.name) == (bob, "CP00010")


def test_what_a_page_asks_for_by_itself_is_not_recorded(bob: User) -> None:
    with pytest.raises(PermissionDenied):
        for_operators(by(bob, **{"X-Partial": "1"}), participant="CP00010")
    assert activities("Access") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("header", ["HX-Request", "X-Partial"])
def test_what_would_change_something_is_recorded_whatever_it_calls_itself(
    bob: User, method: str, header: str
) -> None:
    request = RequestFactory().generic(method, "/p/CP00010/x/", headers={header: "1"})
    request.user = bob
    with pytest.raises(PermissionDenied):
        for_operators(request, participant="CP00010")
    assert len(activities("Access")) == 1


def test_a_guard_without_roles_lets_every_member_in(dora: User) -> None:
    assert body(for_members(by(dora), participant="CP00010")) == b"in"


def test_a_membership_that_ended_is_a_strangers(alice: User) -> None:
    Membership.objects.filter(user=alice).update(is_active=False)
    with pytest.raises(Http404):
        for_members(by(alice), participant="CP00010")


def test_a_site_admin_is_a_stranger_to_participants(
    alice: User, site_mak: User
) -> None:
    with pytest.raises(Http404):
        for_members(by(site_mak), participant="CP00010")


def test_the_site_is_for_site_admins(charlie: User, site_mak: User) -> None:
    assert body(for_the_site(by(site_mak))) == b"in"
    with pytest.raises(Http404):
        for_the_site(by(charlie))
