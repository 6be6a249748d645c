"""The pages of fetching: how it stands, visit now, schedules."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from keys.models import SftpAccount
from portal import clock
from portal.activity.models import Activity, Status
from portal.people.models import Participant, User
from tests.transfers import builders, retrieved
from transfers.models import Fetching, FetchSchedule, RetrievedFile
from transfers.selectors import waiting
from transfers.services import heartbeats, rounds


@pytest.fixture
def as_operator(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def as_admin(client: Client, charlie: User) -> Client:
    client.force_login(charlie)
    return client


def page(participant: Participant) -> str:
    return reverse("fetching", args=[participant.code])


def schedules(account: SftpAccount) -> str:
    return reverse("fetch_schedules", args=[account.participant.code, account.pk])


@pytest.mark.ledger("RAP-05")
def test_it_says_why_nothing_is_fetched_now(
    as_operator: Client, account: SftpAccount
) -> None:
    told = as_operator.get(page(account.participant)).content.decode()
    assert account.login_id in told
    assert "The account has no key that HKEX takes." in told


def test_what_waits_is_listed_with_its_reason(
    as_operator: Client, account: SftpAccount
) -> None:
    late = clock.now() + dt.timedelta(hours=2)
    retrieved.row(account, "notice.txt", sentence="HKEX said no.", fetch_after=late)
    told = as_operator.get(page(account.participant)).content.decode()
    assert "notice.txt" in told
    assert "HKEX said no." in told
    assert "Fetch now" in told


def test_what_waits_without_a_fault_of_its_own_says_that_of_its_account(
    as_operator: Client, account: SftpAccount
) -> None:
    heartbeats.beat("visits")
    heartbeats.beat("beat")
    retrieved.row(account, "notice.txt")
    address = page(account.participant)
    told = as_operator.get(address).content.decode()
    assert "It is fetched once nothing is in its way." in told
    retrieved.able(account)
    assert waiting.UNPLANNED in as_operator.get(address).content.decode()
    rounds.put_off(retrieved.held(account), account, "The line broke.", clock.now())
    told = as_operator.get(address).content.decode()
    assert "The last visit failed. The line broke." in told


def test_without_a_worker_it_says_that_nobody_visits(
    as_operator: Client, account: SftpAccount
) -> None:
    retrieved.row(retrieved.able(account), "notice.txt")
    told = as_operator.get(page(account.participant)).content.decode()
    assert waiting.SILENT in told


def test_what_cannot_be_fetched_is_said_here_too(
    as_operator: Client, account: SftpAccount
) -> None:
    address = page(account.participant)
    assert "Every file that was seen at HKEX is kept." in (
        as_operator.get(address).content.decode()
    )
    lease = retrieved.held(account)
    rounds.left_out(lease, account, retrieved.REPORTS, ["huge.csv (no size)"])
    told = as_operator.get(address).content.decode()
    assert "huge.csv (no size)" in told
    assert "Every file that was seen" not in told


def test_a_hostile_name_is_only_text(as_operator: Client, account: SftpAccount) -> None:
    retrieved.row(account, "<img src=x>.txt")
    told = as_operator.get(page(account.participant)).content.decode()
    assert "<img src=x>" not in told


def test_the_page_takes_no_more_queries_for_many_files(
    as_operator: Client,
    account: SftpAccount,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(30):
        retrieved.row(account)
    with django_assert_max_num_queries(21):
        as_operator.get(page(account.participant))


def test_a_person_asks_for_a_visit(as_operator: Client, account: SftpAccount) -> None:
    code = account.participant.code
    as_operator.post(reverse("visit_now", args=[code, account.pk]))
    assert Fetching.objects.get(account=account).wanted_since is not None
    account.refresh_from_db()
    assert account.visit_due_at is not None


def test_asking_for_a_visit_waits_for_nobodys_approval(
    as_operator: Client, account: SftpAccount
) -> None:
    as_operator.post(reverse("visit_now", args=[account.participant.code, account.pk]))
    told = Activity.objects.get(description=f"Ask for a visit of [{account.login_id}]")
    assert told.status == Status.SUCCESSFUL


def test_a_person_does_not_wait_for_a_file(
    as_operator: Client, account: SftpAccount
) -> None:
    row = retrieved.row(account, fetch_after=clock.now() + dt.timedelta(days=1))
    code = account.participant.code
    as_operator.post(reverse("fetch_now", args=[code, row.pk]))
    assert RetrievedFile.objects.get().fetch_after is None


def test_an_operator_reads_schedules_and_sets_none(
    as_operator: Client, account: SftpAccount
) -> None:
    retrieved.schedule(account)
    told = as_operator.get(schedules(account)).content.decode()
    assert "Every 30 minutes, 07:00 to 24:00, every day" in told
    assert "Add the schedule" not in told
    code = account.participant.code
    answer = as_operator.post(reverse("fetch_schedule_add", args=[code, account.pk]))
    assert answer.status_code == 403


def test_an_admin_adds_pauses_and_removes_one(
    as_admin: Client, account: SftpAccount
) -> None:
    code = account.participant.code
    wish = {"kind": "at", "times": "22:30, 19:10", "on_trading_days_only": "on"}
    as_admin.post(reverse("fetch_schedule_add", args=[code, account.pk]), wish)
    row = FetchSchedule.objects.get()
    assert row.times == ["19:10", "22:30"]
    as_admin.post(reverse("fetch_schedule_pause", args=[code, row.pk]))
    row.refresh_from_db()
    assert not row.is_enabled
    remove = reverse("fetch_schedule_remove", args=[code, row.pk])
    assert "At 19:10, 22:30" in as_admin.get(remove).content.decode()
    assert FetchSchedule.objects.exists()
    as_admin.post(remove)
    assert not FetchSchedule.objects.exists()


def test_each_field_stands_with_the_kinds_that_it_is_of(
    as_admin: Client, account: SftpAccount
) -> None:
    page = as_admin.get(schedules(account)).content.decode()
    _, until, every, at = page.split('<fieldset class="stack"')
    assert 'name="name_pattern"' in until
    assert 'name="every_minutes"' in every
    assert 'name="times"' in at


@pytest.mark.parametrize(
    "wish",
    [
        {
            "kind": "every",
            "every_minutes": "2",
            "opens_at": "7:00",
            "closes_at": "9:00",
        },
        {"kind": "every", "every_minutes": "30", "opens_at": "25:00"},
        {"kind": "at", "times": "noon"},
        {"kind": "never"},
        {},
    ],
)
def test_a_schedule_that_makes_no_sense_is_answered_with_the_form(
    as_admin: Client, account: SftpAccount, wish: dict[str, str]
) -> None:
    code = account.participant.code
    answer = as_admin.post(reverse("fetch_schedule_add", args=[code, account.pk]), wish)
    assert answer.status_code == 422
    assert "The schedule is not added" in answer.content.decode()
    assert not FetchSchedule.objects.exists()


def test_another_participants_account_is_not_there(
    as_admin: Client, participant: Participant, other_participant: Participant
) -> None:
    other = builders.account(other_participant)
    for name in ("fetch_schedules", "visit_now"):
        address = reverse(name, args=[participant.code, other.pk])
        answer = (
            as_admin.get(address) if name != "visit_now" else as_admin.post(address)
        )
        assert answer.status_code == 404
