"""What open pages are told of a login."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from keys.models import SftpAccount
from portal import clock, fanout
from portal.activity.models import Activity, Kind
from portal.alerts.models import Alert
from tests.streams import listening_to
from tests.transfers import builders
from transfers.models import Visit, VisitOutcome
from transfers.services import visits
from transfers.visit import lease as leases
from transfers.visit.lease import Held


@pytest.fixture
def lease(account: SftpAccount) -> Held:
    held = leases.take(account.pk)
    assert held is not None
    return held


@pytest.fixture
def visit(lease: Held, account: SftpAccount) -> Visit:
    return visits.begin(lease, account, clock.now())


def fail(lease: Held, visit: Visit) -> None:
    visits.failed(lease, visit, VisitOutcome.LOGIN_REFUSED, "No.", clock.now())


def test_a_login_is_told_to_the_page_of_its_account(
    lease: Held, visit: Visit, account: SftpAccount
) -> None:
    visits.logged_in(lease, visit, builders.host(account.facility), clock.now())
    assert f"account:{account.pk}" in Activity.objects.get(kind=Kind.LOGIN).topics


def test_so_is_one_that_was_refused(
    lease: Held, visit: Visit, account: SftpAccount
) -> None:
    fail(lease, visit)
    assert f"account:{account.pk}" in Activity.objects.get(kind=Kind.LOGIN).topics


def test_a_refusal_that_is_folded_into_the_last_reaches_open_pages_too(
    lease: Held,
    visit: Visit,
    account: SftpAccount,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    fail(lease, visit)
    second = visits.begin(lease, account, clock.now())
    with listening_to(fanout.channel(account.participant_id)) as heard:
        with django_capture_on_commit_callbacks(execute=True):
            fail(lease, second)
        messages = list(iter(lambda: heard.get_message(timeout=1), None))
    assert any(f"account:{account.pk}" in str(one["data"]) for one in messages)
    assert Activity.objects.filter(kind=Kind.LOGIN).count() == 1


def test_a_login_says_who_and_where(
    lease: Held, visit: Visit, account: SftpAccount
) -> None:
    host = builders.host(account.facility)
    visits.logged_in(lease, visit, host, clock.now())
    told = Activity.objects.get(kind=Kind.LOGIN)
    assert told.description == f"Login as [{account.login_id}] at [{host}]"


def test_so_does_one_that_reached_no_host(
    lease: Held, visit: Visit, account: SftpAccount
) -> None:
    fail(lease, visit)
    told = Activity.objects.get(kind=Kind.LOGIN)
    where = account.facility.name
    assert told.description == f"Login as [{account.login_id}] at [{where}]"


def test_the_alert_of_a_refused_login_leads_to_the_account(
    lease: Held, visit: Visit, account: SftpAccount
) -> None:
    fail(lease, visit)
    alert = Alert.objects.get(kind="login-refused")
    assert str(account.pk) in alert.path
    assert alert.action == "Open the account"
