"""Claimed once, kept once, given back when it did not come; nothing under an old
fence."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keys.models import SftpAccount
from portal import clock, files
from portal.activity.models import Activity, Kind, Status
from portal.tradingdays.calendar import Calendar
from tests.transfers import builders, retrieved
from tests.transfers.retrieved import held, hk
from transfers.models import Lease, RetrievedFile, RetrievedStatus
from transfers.services import fetches
from transfers.visit.lease import LeaseLost

S = RetrievedStatus
TABLE = connection.ops.quote_name(RetrievedFile._meta.db_table)


def test_two_accounts_of_a_participant_cannot_both_claim(account: SftpAccount) -> None:
    row = retrieved.row(account)
    other = builders.account(account.participant)
    first, second = held(account), held(other)
    assert [one.pk for one in fetches.claim(first, [row.pk])] == [row.pk]
    assert fetches.claim(second, [row.pk]) == []


def test_a_lost_lease_claims_nothing(account: SftpAccount) -> None:
    row, lease = retrieved.row(account), held(account)
    Lease.objects.update(fence=99)
    with pytest.raises(LeaseLost):
        fetches.claim(lease, [row.pk])


def test_what_came_whole_is_not_fetched_again(account: SftpAccount) -> None:
    row, lease = retrieved.row(account), held(account)
    claimed = fetches.claim(lease, [row.pk])[0]
    fetches.came(lease, claimed, stored(account, b"whole"))
    row.refresh_from_db()
    assert row.status == S.SEEN
    assert row.stored_key
    assert fetches.claim(lease, [row.pk]) == []


def stored(account: SftpAccount, content: bytes) -> files.Stored:
    sink = files.receive(account.participant_id)
    sink.write(content)
    return sink.keep()


@pytest.mark.ledger("ECP-34")
def test_keeping_records_and_tells(account: SftpAccount) -> None:
    row = retrieved.row(account, "notice.txt", b"whole")
    assert fetches.keep(held(account), row, hk("2026-11-20T18:06"))
    row.refresh_from_db()
    assert row.status == S.KEPT
    assert row.kept_at == hk("2026-11-20T18:06")
    told = Activity.objects.get(kind=Kind.DOWNLOAD)
    assert (told.status, told.endpoint) == (Status.SUCCESSFUL, "SFTP")
    assert f"checksum [{row.sha256}]" in told.description


def test_it_is_kept_once_whoever_keeps_it(account: SftpAccount) -> None:
    row = retrieved.row(account, "notice.txt", b"whole")
    lease = held(account)
    fetches.keep(lease, row, clock.now())
    fetches.keep(lease, row, clock.now())
    assert Activity.objects.filter(kind=Kind.DOWNLOAD).count() == 1


def test_files_kept_together_are_changed_in_one_order_and_told_of_at_the_end(
    account: SftpAccount,
) -> None:
    """Whoever asks for a visit meanwhile, or warns, takes the same rows and then the
    head of the chain."""
    rows = [retrieved.row(account, f"notice{n}.txt", b"whole") for n in range(3)]
    in_order = sorted(row.pk.hex for row in rows)
    lease = held(account)
    with CaptureQueriesContext(connection) as queries:
        backwards = sorted(rows, key=lambda row: row.pk, reverse=True)
        assert fetches.keep_all(lease, backwards, clock.now()) == 3
    said = [query["sql"].replace("-", "") for query in queries]
    told = next(n for n, sql in enumerate(said) if "activity_chain" in sql)
    changes = [
        sql for sql in said if sql.startswith('UPDATE "transfers_retrievedfile"')
    ]
    assert changes == [sql for sql in said[:told] if sql in changes]
    assert [pk for sql in changes for pk in in_order if pk in sql] == in_order


def test_what_our_store_has_no_longer_is_fetched_anew(account: SftpAccount) -> None:
    row = retrieved.row(account, "notice.txt", b"whole")
    files.delete(account.participant_id, row.stored_key)
    assert not fetches.keep(held(account), row, clock.now())
    row.refresh_from_db()
    assert (row.status, row.stored_key) == (S.SEEN, "")


def test_a_failed_file_waits_longer_each_time(account: SftpAccount) -> None:
    row, lease, now = retrieved.row(account), held(account), hk("2026-11-20T18:00")
    waits = []
    for _ in range(8):
        RetrievedFile.objects.update(status=S.SEEN)
        claimed = fetches.claim(lease, [row.pk])[0]
        fetches.failed(lease, claimed, "HKEX said no.", now, Calendar())
        row.refresh_from_db()
        assert row.fetch_after is not None
        waits.append((row.fetch_after - now) // dt.timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert Activity.objects.filter(kind=Kind.DOWNLOAD).count() == 1


def test_a_failed_file_says_when_it_is_tried_again(account: SftpAccount) -> None:
    row, lease = retrieved.row(account), held(account)
    claimed = fetches.claim(lease, [row.pk])[0]
    now = hk("2026-11-20T18:00")
    fetches.failed(lease, claimed, "HKEX said no.", now, Calendar())
    row.refresh_from_db()
    assert row.sentence == "HKEX said no. It is tried again by itself at 18:01."


def test_what_gave_way_has_not_failed(account: SftpAccount) -> None:
    row, lease = retrieved.row(account), held(account)
    fetches.claim(lease, [row.pk])
    assert fetches.release(lease, blamed=False) == 1
    row.refresh_from_db()
    assert (row.status, row.tries) == (S.SEEN, 0)


def test_the_next_holder_takes_up_what_an_earlier_one_left(
    account: SftpAccount,
) -> None:
    row, lease = retrieved.row(account), held(account)
    fetches.claim(lease, [row.pk])
    lease.release()
    fetches.recover_before(held(account))
    row.refresh_from_db()
    assert row.status == S.SEEN


def test_a_sweep_takes_up_what_no_living_lease_covers(account: SftpAccount) -> None:
    row, lease = retrieved.row(account), held(account)
    fetches.claim(lease, [row.pk])
    assert fetches.recover_abandoned() == 0
    lease.release()
    assert fetches.recover_abandoned() == 1
    row.refresh_from_db()
    assert row.status == S.SEEN


def test_one_that_comes_back_to_life_can_keep_nothing(account: SftpAccount) -> None:
    row, lease = retrieved.row(account), held(account)
    claimed = fetches.claim(lease, [row.pk])[0]
    lease.release()
    fetches.recover_before(held(account))
    with pytest.raises(LeaseLost):
        fetches.came(lease, claimed, stored(account, b"late"))
