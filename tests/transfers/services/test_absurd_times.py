"""Times of a listing that cannot be true: noted, shown and zipped all the same."""

import datetime as dt
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from keys.models import SftpAccount
from portal import clock
from portal.people.models import User
from tests.transfers import retrieved
from tests.transfers.retrieved import entry, held, listing
from transfers import contents
from transfers.models import NO_TIME, RetrievedFile
from transfers.services import arrivals

YEAR_1 = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
YEAR_9999 = dt.datetime.max.replace(tzinfo=dt.UTC)
BEFORE_1970 = NO_TIME - dt.timedelta(seconds=1)
LAST = dt.datetime(2106, 2, 7, 6, 28, 15, tzinfo=dt.UTC)  # that SFTP can tell


@pytest.mark.parametrize("at", [YEAR_1, BEFORE_1970, YEAR_9999])
def test_a_time_that_sftp_cannot_tell_is_none(
    account: SftpAccount, at: dt.datetime
) -> None:
    odd = retrieved.entry("a.csv")
    shown = listing(account, type(odd)("a.csv", 4, at, False), entry("b.csv"))
    assert arrivals.note(held(account), shown) == []
    assert RetrievedFile.objects.get(name="a.csv").modified_at == NO_TIME
    assert RetrievedFile.objects.count() == 2


def test_the_last_time_that_sftp_can_tell_is_noted(account: SftpAccount) -> None:
    arrivals.note(held(account), listing(account, entry("a.csv", at=LAST)))
    assert RetrievedFile.objects.get().modified_at == LAST


@pytest.mark.parametrize("at", [YEAR_1, NO_TIME, LAST, YEAR_9999])
def test_no_page_breaks_on_it(
    client: Client, alice: User, account: SftpAccount, at: dt.datetime
) -> None:
    row = retrieved.row(
        account, "a.csv", b"x", modified_at=at, status="kept", kept_at=clock.now()
    )
    late = retrieved.row(account, "b.csv", modified_at=at, fetch_after=at)
    code = account.participant.code
    client.force_login(alice)
    for address in [
        reverse("fetching", args=[code]),
        reverse("downloads", args=[code]),
        reverse("download_look", args=[code, row.pk]),
        reverse("download_look", args=[code, late.pk]),
    ]:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("at", [YEAR_1, BEFORE_1970, LAST, YEAR_9999])
def test_a_zip_of_many_says_when_it_was_seen_instead(
    account: SftpAccount, at: dt.datetime
) -> None:
    row = retrieved.row(account, "a.csv", b"x", modified_at=at)
    made = io.BytesIO(b"".join(contents.zipped([row], lambda _: None)))
    with zipfile.ZipFile(made) as archive:
        assert archive.infolist()[0].date_time[0] == row.seen_at.year
