"""Two at once: one wins, the other is told."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection

from keys.models import SftpAccount
from portal import clock
from portal.people.guards import Acting
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import FileUpload, Submission
from transfers.services import submissions, uploads
from transfers.services.refusals import DuplicateContent, Refusal

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], None]) -> None:
    barrier = threading.Barrier(len(works))

    def work(one: Callable[[], None]) -> None:
        barrier.wait(10)
        try:
            one()
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_of_two_creates_with_the_same_bytes_one_gets_through(
    as_alice: Acting, alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    refused: list[DuplicateContent] = []

    def create(upload: FileUpload) -> None:
        try:
            submissions.create(
                as_alice,
                account=account,
                identity=ce_number,
                file_id="HBCNMAPP",
                upload=upload,
                now=clock.now(),
            )
        except DuplicateContent as refusal:
            refused.append(refusal)

    uploads = [builders.upload(alice, ce_number, b"the same") for _ in range(4)]
    at_once(*[lambda one=one: create(one) for one in uploads])
    assert Submission.objects.count() == 1
    assert len(refused) == 3


def test_creates_at_once_get_references_of_their_own(
    as_alice: Acting, alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    def create(upload: FileUpload) -> None:
        submissions.create(
            as_alice,
            account=account,
            identity=ce_number,
            file_id="HBCNMAPP",
            upload=upload,
            now=clock.now(),
        )

    uploads = [builders.upload(alice, ce_number) for _ in range(4)]
    at_once(*[lambda one=one: create(one) for one in uploads])
    numbers = sorted(row.reference[-6:] for row in Submission.objects.all())
    assert numbers == ["000001", "000002", "000003", "000004"]


def test_of_many_uploads_begun_at_once_only_so_many_are_open(as_alice: Acting) -> None:
    def begin() -> None:
        with suppress(Refusal):
            uploads.begin(as_alice, "HBCNMAPP_AAA000_20240301.zip", 10)

    at_once(*[begin] * (uploads.MOST_OPEN * 3))
    assert FileUpload.objects.count() == uploads.MOST_OPEN
