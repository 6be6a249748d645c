"""The frame: band by environment, menu by role, switcher, a constant cost."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as SettingsWrapper

from portal.pages import environments, registry
from portal.pages.registry import MenuEntry, StripCell
from portal.people.guards import Acting
from portal.people.models import Membership, Participant, Role, User

TODAY = "/p/CP00010/"


def page(client: Client, user: User, path: str = TODAY) -> str:
    client.force_login(user)
    return client.get(path).content.decode()


def test_a_sandbox_says_that_nothing_reaches_hkex(client: Client, alice: User) -> None:
    html = page(client, alice)
    assert 'data-env="sandbox"' in html
    assert "Nothing here reaches HKEX" in html
    assert "<title>[SANDBOX] Today" in html


@pytest.mark.parametrize(
    ("environment", "word", "prefix"),
    [("production", "PRODUCTION", ""), ("test", "END-TO-END TEST", "[TEST] ")],
)
def test_a_real_deployment_says_which_exchange_it_speaks_to(
    environment: str, word: str, prefix: str
) -> None:
    band = environments.current("real", environment)
    assert (band.key, band.word, band.prefix) == (environment, word, prefix)


def test_a_sandbox_never_calls_itself_production() -> None:
    assert environments.current("sandbox", "production").key == "sandbox"


def test_the_frame_names_who_acts_in_which_role(client: Client, alice: User) -> None:
    html = page(client, alice)
    assert "<strong>alice</strong> acting for" in html
    assert "Operations, CP00010" in html


def test_the_menu_hides_what_a_role_may_not_open(
    client: Client, alice: User, bob: User
) -> None:
    approvers = frozenset({Role.APPROVER})
    registry.add_menu(MenuEntry("", "For approvers", "menu", "key", 5, approvers))
    assert "For approvers" not in page(client, alice)
    assert "For approvers" in page(client, bob)


def test_the_menu_leaves_out_what_a_participant_does_not_have(
    client: Client, alice: User
) -> None:
    registry.add_menu(MenuEntry("", "Theirs", "menu", "key", 5, is_for=lambda _: False))
    registry.add_menu(MenuEntry("", "Ours", "menu", "key", 5, is_for=lambda _: True))
    html = page(client, alice)
    assert "Ours" in html
    assert "Theirs" not in html


def test_a_count_is_told_beside_its_entry(client: Client, alice: User) -> None:
    registry.add_menu(
        MenuEntry("Access", "Keys", "menu", "key", 5, frozenset(), lambda _: 2)
    )
    assert '2<span class="sr"> waiting</span>' in page(client, alice)


def test_the_entry_of_this_page_is_current(client: Client, alice: User) -> None:
    assert '<a href="/p/CP00010/" aria-current="page">' in page(client, alice)


def test_the_menu_alone_keeps_its_page_current(client: Client, alice: User) -> None:
    html = page(client, alice, "/p/CP00010/menu/?at=/p/CP00010/")
    assert 'aria-current="page"' in html
    assert "<html" not in html


def test_the_strip_shows_each_facility(client: Client, alice: User) -> None:
    def cells(acting: Acting) -> list[StripCell]:
        site = ("secondary", "Secondary site")
        return [StripCell("ECP", *site, "ok", "Open until 16:30", "1 h 25 min left")]

    registry.add_strip(cells)
    html = page(client, alice)
    assert 'data-site="secondary"' in html
    assert "Open until 16:30" in html
    assert "Open until 16:30" in page(client, alice, "/p/CP00010/strip/")


def test_the_switcher_lists_the_other_participants(
    client: Client, alice: User, other_participant: Participant
) -> None:
    assert "Go to" not in page(client, alice)
    Membership.objects.create(
        user=alice, participant=other_participant, is_operator=True
    )
    assert "Go to CP00099" in page(client, alice)


def test_the_frame_costs_the_same_for_many_participants(
    client: Client,
    alice: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    page(client, alice)
    with django_assert_num_queries(6) as before:
        client.get(TODAY)
    for n in range(5):
        participant = Participant.objects.create(code=f"CP1000{n}", name="Another")
        Membership.objects.create(user=alice, participant=participant, is_admin=True)
    with django_assert_num_queries(len(before.captured_queries)):
        client.get(TODAY)


def test_a_partial_draws_no_frame(client: Client, alice: User) -> None:
    html = page(client, alice, "/p/CP00010/panel/needs-you/")
    assert "Needs you" in html
    assert "<html" not in html


def test_the_page_carries_the_seq_at_which_it_was_read(
    client: Client, alice: User
) -> None:
    assert 'data-live="/p/CP00010/live/"' in page(client, alice)
    assert 'data-after="0"' in page(client, alice)


def test_a_session_that_will_end_is_announced(
    client: Client, alice: User, settings: SettingsWrapper
) -> None:
    html = page(client, alice)
    assert 'data-session-ends="' in html
    assert "Stay signed in" in html
