"""A profile: exactly the JWKS to paste, how each key stands, the steps of the test."""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from fini.models import ConnectionTest, Part, Profile
from portal import clock
from portal.people.models import Participant, User
from tests.fini.conftest import Browser
from tests.fini.profile_builders import DAY, jwk, profile, ready, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_set")]


@pytest.fixture
def mine(participant: Participant, charlie: User) -> Profile:
    return profile(participant)


def page(of: Profile) -> str:
    return f"/p/CP00010/fini/profiles/{of.pk}/"


def shown(client: Client, of: Profile) -> str:
    return client.get(page(of)).content.decode()


def jwks(text: str) -> list[Any]:
    """What stands in the page's JWKS, part by part."""
    found = re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)
    return [json.loads(html.unescape(one))["keys"] for one in found]


@pytest.mark.ledger("FINI-03/P")
def test_the_jwks_is_exactly_what_client_connect_takes(
    by_charlie: Client, mine: Profile
) -> None:
    made = jwk(mine, Part.AGENT)
    [[shown_key]] = jwks(shown(by_charlie, mine))
    assert shown_key == made.public
    assert list(shown_key) == ["kty", "e", "use", "kid", "alg", "n", "exp"]


@pytest.mark.ledger("FINI-02/P")
def test_no_private_member_is_shown_even_if_one_was_stored(
    by_charlie: Client, mine: Profile
) -> None:
    made = jwk(mine, Part.AGENT)
    made.public = {**made.public, "d": "secret-exponent"}
    made.save()
    assert "secret-exponent" not in shown(by_charlie, mine)


def test_the_copy_button_has_the_same_text(by_charlie: Client, mine: Profile) -> None:
    jwk(mine, Part.AGENT)
    text = shown(by_charlie, mine)
    [pasted] = re.findall(r'data-copy="([^"]*)"[^>]*aria-label="Copy the JWKS', text)
    assert json.loads(html.unescape(pasted))["keys"] == jwks(text)[0]


@pytest.mark.ledger("FINI-03/P")
def test_two_keys_that_overlap_stand_in_one_jwks(
    by_charlie: Client, mine: Profile
) -> None:
    old = registered(mine, Part.AGENT, days=20, created_at=clock.now() - 340 * DAY)
    new = jwk(mine, Part.AGENT)
    [keys] = jwks(shown(by_charlie, mine))
    assert [key["kid"] for key in keys] == [old.kid, new.kid]


def test_retired_and_expired_keys_are_in_no_jwks(
    by_charlie: Client, mine: Profile
) -> None:
    registered(mine, Part.AGENT, days=-1)
    jwk(mine, Part.AGENT, retired_at=clock.now())
    assert jwks(shown(by_charlie, mine)) == []


@pytest.mark.ledger("FINI-01/P")
def test_each_part_has_a_jwks_of_its_own(by_charlie: Client, mine: Profile) -> None:
    made = [jwk(mine, part) for part in Part]
    found = jwks(shown(by_charlie, mine))
    assert [[key["kid"] for key in keys] for keys in found] == [
        [one.kid] for one in made
    ]


@pytest.mark.parametrize(
    ("days", "fields", "word"),
    [
        (360, {"registered_at": None}, "Next: paste into Client Connect"),
        (360, {}, "Next: its first token"),
        (360, {"proved_at": clock.now()}, "Registered"),
        (30, {"proved_at": clock.now()}, "Expires in 30 days"),
        (1, {"proved_at": clock.now()}, "Expires in 1 day"),
        (0, {"proved_at": clock.now()}, "Expired"),
    ],
)
def test_each_key_says_how_it_stands(
    by_charlie: Client, mine: Profile, days: int, fields: dict[str, Any], word: str
) -> None:
    registered(mine, Part.AGENT, days, **fields)
    assert word in shown(by_charlie, mine)


def test_the_test_cannot_be_asked_for_before_both_parts_are_registered(
    by_charlie: Client, mine: Profile
) -> None:
    registered(mine, Part.AGENT)
    text = shown(by_charlie, mine)
    assert "It can be run once both parts have a registered key" in text
    assert f"{page(mine)}test/" not in text


def test_the_test_is_asked_for_once(
    by_charlie: Client, participant: Participant, charlie: User
) -> None:
    made = ready(participant)
    by_charlie.post(f"{page(made)}test/")
    assert ConnectionTest.objects.get().asked_by == charlie
    told = by_charlie.post(f"{page(made)}test/", follow=True).content.decode()
    assert "is under way" in told


def test_each_step_and_the_clock_difference_are_shown(
    by_charlie: Client, mine: Profile
) -> None:
    ConnectionTest.objects.create(
        profile=mine,
        asked_at=clock.now(),
        ended_at=clock.now(),
        clock_offset_ms=-212,
        steps=[
            {"name": "Access token", "ok": True, "sentence": "It came.", "ms": 31},
            {"name": "Crypto meta", "ok": False, "sentence": "It did not.", "ms": 9},
        ],
    )
    text = shown(by_charlie, mine)
    assert all(word in text for word in ("It came.", "31 ms", "It did not.", "Failed"))
    assert "212 ms behind ours" in text


def test_an_open_page_asks_for_its_part_alone(
    by_charlie: Client, mine: Profile
) -> None:
    part = by_charlie.get(page(mine), headers={"X-Partial": "1"}).content.decode()
    assert part.startswith('<div class="stack" id="profile"')


def test_a_reader_sees_no_button(browser: Browser, dora: User, mine: Profile) -> None:
    jwk(mine, Part.AGENT)
    text = shown(browser(dora), mine)
    assert "Record as registered" not in text
    assert "make/" not in text


def test_more_keys_take_no_more_queries(
    by_charlie: Client, mine: Profile, django_assert_max_num_queries: Any
) -> None:
    by_charlie.get(page(mine))
    with django_assert_max_num_queries(20) as few:
        by_charlie.get(page(mine))
    for part in Part:
        registered(mine, part)
        jwk(mine, part)
        jwk(mine, part, retired_at=clock.now())
    with django_assert_max_num_queries(len(few)):
        by_charlie.get(page(mine))
