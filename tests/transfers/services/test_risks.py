"""What HKEX removes soon and nobody has: told once, ended when it is kept."""

import datetime as dt

import pytest

from keys.models import SftpAccount
from portal.alerts.models import Alert, Mail
from portal.people.models import User
from tests.transfers import retrieved
from tests.transfers.retrieved import held, hk
from transfers.models import RetrievedFile, RetrievedStatus
from transfers.services import fetches, losses, risks

NOW = hk("2026-11-20T22:00")
S = RetrievedStatus


def at_risk(account: SftpAccount, name: str = "HBCNMPRP_A.zip") -> RetrievedFile:
    return retrieved.row(
        account, name, b"x", warn_at=NOW, removed_at=hk("2026-11-21T00:00")
    )


@pytest.mark.ledger("ECP-25")
def test_a_file_that_is_not_kept_in_time_is_an_alert_with_mail(
    account: SftpAccount, alice: User
) -> None:
    at_risk(account)
    assert risks.warn(NOW) == 1
    told = Alert.objects.get(resolved_at=None)
    assert told.kind == "files-at-risk"
    assert "HBCNMPRP_A.zip" in told.body
    assert "00:00 on 21 November" in told.body
    assert Mail.objects.exists()


def test_not_before_its_time(account: SftpAccount) -> None:
    at_risk(account)
    assert risks.warn(NOW - dt.timedelta(minutes=1)) == 0


def test_it_is_told_once(account: SftpAccount) -> None:
    at_risk(account)
    risks.warn(NOW)
    risks.warn(NOW + dt.timedelta(minutes=1))
    assert Alert.objects.get().count == 1


def test_sixty_files_are_one_alert(account: SftpAccount) -> None:
    for number in range(60):
        at_risk(account, f"f{number}.csv")
    assert risks.warn(NOW) == 60
    assert "and 55 more" in Alert.objects.get().body


@pytest.mark.ledger("ECP-25")
def test_it_ends_when_all_are_kept(account: SftpAccount) -> None:
    first, second = at_risk(account, "a.csv"), at_risk(account, "b.csv")
    risks.warn(NOW)
    lease = held(account)
    for row, still_open in ((first, True), (second, False)):
        row.refresh_from_db()
        fetches.keep(lease, row, NOW)
        assert Alert.objects.filter(resolved_at=None).exists() is still_open


def test_what_no_listing_shows_any_more_is_given_up_in_the_end(
    account: SftpAccount,
) -> None:
    row = retrieved.row(account, removed_at=NOW - dt.timedelta(days=2))
    assert losses.give_up(NOW) == 1
    row.refresh_from_db()
    assert row.status == S.VANISHED
    assert Alert.objects.get().kind == "file-vanished"


def test_what_had_come_whole_is_kept_though_it_is_gone(account: SftpAccount) -> None:
    row = retrieved.row(account, "a.csv", b"whole")
    losses.vanished(held(account), account, row, NOW)
    row.refresh_from_db()
    assert row.status == S.KEPT
