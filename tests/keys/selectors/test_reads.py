"""The reads of the pages: what they show, in how many queries."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import DjangoAssertNumQueries, Settings

from keys.models import Platform, SftpAccount, SshKey, Taken
from keys.selectors.accounts import account_page, accounts_of
from keys.selectors.expiries import credentials
from keys.services import pairs, registrations
from keys.timelines import Slot
from portal import secrets
from portal.people.models import Participant
from tests.keys.builders import DAY, NOW, account, key

LATER = DAY + dt.timedelta(700)


@pytest.mark.ledger("ECP-58")
def test_the_page_shows_both_keys_with_their_days_and_fingerprints(
    participant: Participant,
) -> None:
    of = account(participant)
    old, new = key(of), key(of, LATER, Taken.RENEWED)
    page = account_page(participant, of.pk, LATER)
    assert page.current is not None
    assert page.renewed is not None
    assert page.current.created_on == DAY
    assert page.current.expires_on == LATER + dt.timedelta(14)
    assert page.current.fingerprint == old.fingerprint_md5
    assert page.renewed.fingerprint == new.fingerprint_md5
    assert page.renewed.slot == Slot.RENEWED


def test_anothers_account_is_not_there(
    participant: Participant, other_participant: Participant
) -> None:
    of = account(participant)
    with pytest.raises(SftpAccount.DoesNotExist):
        account_page(other_participant, of.pk, DAY)


def test_a_key_that_was_made_waits_until_it_is_registered(
    participant: Participant,
) -> None:
    of = account(participant)
    made = key(of, None)
    assert account_page(participant, of.pk, DAY).waiting == [made]


@pytest.mark.parametrize("number", [1, 12])
def test_the_pages_ask_a_constant_number_of_questions(
    participant: Participant,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made = [account(participant) for _ in range(number)]
    for of in made:
        key(of)
        key(of, LATER, Taken.RENEWED)
    with django_assert_num_queries(6):
        assert len(credentials(participant, LATER)) == 2 * number
    with django_assert_num_queries(3):
        assert len(accounts_of(participant, LATER)) == number
    with django_assert_num_queries(7):
        account_page(participant, made[0].pk, LATER)


def test_the_keys_of_an_account_are_one_group_and_one_of_them_counts(
    participant: Participant,
) -> None:
    of = account(participant)
    key(of, proved_at=NOW)
    key(of, LATER, Taken.RENEWED, proved_at=NOW)
    found = credentials(participant, LATER)
    assert {one.group for one in found} == {of.pk}
    assert [one.counts for one in found] == [False, True]
    assert [one.word for one in found] == ["Replaced", "Valid"]


def test_a_key_that_was_overwritten_logged_in_until_that_day(
    participant: Participant,
) -> None:
    of = account(participant)
    old = key(of)
    key(of, LATER)
    (line,) = account_page(participant, of.pk, LATER).past
    assert (line.key, line.last_day) == (old, LATER)
    (over,) = [one for one in credentials(participant, LATER) if one.subject == old.pk]
    assert over.last_day == LATER


@pytest.mark.parametrize("platform", list(Platform))
def test_the_slim_rows_of_many_keys_tell_what_whole_rows_of_each_account_tell(
    participant: Participant, platform: Platform
) -> None:
    first, second = account(participant, platform), account(participant, platform)
    key(first, proved_at=NOW, compromised_on=LATER)
    key(first, LATER - dt.timedelta(3), Taken.RENEWED, revoked_on=LATER)
    key(first, LATER - dt.timedelta(1), Taken.RENEWED)
    key(second, LATER - dt.timedelta(5))
    key(second, LATER - dt.timedelta(5), Taken.RENEWED)
    key(second, LATER, Taken.RENEWED, proved_at=NOW)
    slim = {
        (one.subject, one.starts_on, one.expires_on, one.slot, one.is_compromised)
        for one in credentials(participant, LATER)
    }
    assert slim == _whole(first) | _whole(second)
    assert len(slim) == 6


def _whole(of: SftpAccount) -> set[tuple[object, ...]]:
    page = account_page(of.participant, of.pk, LATER)
    return {
        (line.key.pk, line.created_on, line.expires_on, line.slot, line.is_compromised)
        for line in (page.current, page.renewed, *page.past)
        if line
    }


@pytest.fixture
def made(participant: Participant) -> SshKey:
    """A real pair, registered, at RRS."""
    made = pairs.make_key(account(participant, Platform.RRS), NOW)
    registrations.mark_registered(made, DAY)
    return made


def test_the_command_lists_keys_as_json(
    made: SshKey, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("keys", "list", "--json")
    row = json.loads(capsys.readouterr().out)[0]
    assert row["fingerprint"] == made.fingerprint_md5
    assert row["expires_on"] == "2026-03-02"


def test_the_command_exports_public_halves_only(
    participant: Participant, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = pairs.make_key(account(participant, Platform.RRS), NOW)
    call_command("keys", "export", waiting.account.login_id, "--to", str(tmp_path))
    files = {path.suffix: path.read_bytes() for path in tmp_path.iterdir()}  # type: ignore[attr-defined]
    assert set(files) == {".pub", ".fpt"}
    assert files[".fpt"].decode().strip() == waiting.fingerprint_md5
    assert not any(b"PRIVATE" in content for content in files.values())


def test_the_check_says_what_is_missing_and_fails(
    made: SshKey, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("keys", "check", made.account.login_id, "--json")
    missing = {r["item"] for r in json.loads(capsys.readouterr().out) if not r["ok"]}
    assert "addresses" in missing


def test_a_renewal_that_cannot_be_is_told(
    made: SshKey,
) -> None:
    with pytest.raises(CommandError, match="Register a new key"):
        call_command("keys", "renew", made.account.login_id)


def test_rewrapping_seals_anew_under_the_newest_master_key(
    made: SshKey, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    old = settings.MASTER_KEYS
    settings.MASTER_KEYS = [b"n" * 32, *old]
    call_command("rewrap")
    made.refresh_from_db()
    assert bytes(made.sealed_private)[1:9] == secrets.key_id(b"n" * 32)
    settings.MASTER_KEYS = [b"n" * 32]
    assert pairs.open_private(made).get_bits() == 2048
    call_command("rewrap")
    assert "1 as they were" in capsys.readouterr().out


def test_what_no_master_key_opens_is_named_and_left(
    made: SshKey, settings: Settings
) -> None:
    settings.MASTER_KEYS = [b"x" * 32]
    with pytest.raises(CommandError, match=str(made.pk)):
        call_command("rewrap")
