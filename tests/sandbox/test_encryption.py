"""File encryption enabled at the exchange: what the portal makes is what it takes."""

from pathlib import Path

import pytest

from keys.models import Consent, Host, SftpAccount
from portal import clock
from portal.people.models import Identity, Participant, User
from sandbox.inthread import SandboxThread
from tests.sandbox import keys, processes
from tests.sandbox.processes import Processes
from tests.sandbox.rig import Rig, state
from tests.sandbox.test_workers import eventually
from tests.transfers import builders, make_zip
from tests.transfers.builders import ZIP_PASSWORD
from transfers.models import FileUpload, Submission, UploadStatus
from transfers.selectors import uploads as selectors
from transfers.services import checks, packings, submissions
from transfers.spec import catalogue
from transfers.states import SubmissionStatus

S = SubmissionStatus
ENTRY = catalogue.entry("HBCNMAPP")
CSV = b"BCAN,Client\r\n" + b"1234567,CHAN Tai Man\r\n" * 200_000
RESULTS = {"RESULT_FIRST_SECONDS": 0.2, "RESULT_EVERY_SECONDS": 0.2}


@pytest.fixture
def account(
    box: SandboxThread,
    hosts: list[Host],
    participant: Participant,
    ce_number: Identity,
    alice: User,
    charlie: User,
) -> SftpAccount:
    """Encryption on at both ends, under one password."""
    made = builders.account(participant)
    box.register(
        login=made.login_id,
        participant=participant.code,
        kind="EP",
        public_keys=[keys.public_line()],
        identities=[(one.kind, one.code) for one in participant.identities.all()],
        encryption_enabled=True,
        encryption_password=ZIP_PASSWORD,
    )
    keys.give(made)
    builders.encryption(participant, charlie)
    Consent.objects.create(
        participant=participant,
        declared_on=clock.today(),
        declared_by="admin.lau",
        recorded_by=charlie,
        recorded_at=clock.now(),
    )
    Participant.objects.update(approval_required=False)
    return made


def sender_of(alice: User, participant: Participant) -> selectors.Sender:
    found = selectors.senders(builders.acting(alice, participant))
    return next(one for one in found if one.identity.code == "AAA000")


def submit(upload: FileUpload, alice: User, participant: Participant) -> Submission:
    acting = builders.acting(alice, Participant.objects.get(pk=participant.pk))
    sender = sender_of(alice, participant)
    made = submissions.create(
        acting,
        account=sender.account,
        identity=sender.identity,
        file_id=ENTRY.file_id,
        upload=upload,
        now=clock.now(),
    )
    return submissions.send(made, acting, clock.now())


@pytest.mark.slow
@pytest.mark.ledger("ECP-60/P", "ECP-64")
def test_a_zip_that_a_worker_made_of_a_plain_file_is_accepted(
    rig: Rig, alice: User, participant: Participant, tmp_path: Path
) -> None:
    upload = builders.plain_upload(alice, participant, CSV)
    with Processes(tmp_path, **RESULTS) as running:
        running.start("visits", processes.worker("visits"))
        packings.begin(upload, sender_of(alice, participant), ENTRY, clock.now())
        whole = FileUpload.objects.filter(status=UploadStatus.COMPLETE)
        assert eventually(whole.exists, 60)
        row = submit(whole.get(), alice, participant)
        assert eventually(lambda: state(row) == S.ACCEPTED, 60)
        assert ZIP_PASSWORD not in running.said("visits")
    assert rig.received() == {row.sha256: 1}
    assert row.checksum_received == row.sha256


@pytest.mark.ledger("ECP-60/P")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_zip.sealed_zip("Another-Staple-8"), "9012"),
        (make_zip.sealed_zip(ZIP_PASSWORD, 128), "9011"),
        (make_zip.zip_of(), "9011"),
    ],
    ids=["another password", "weaker", "not encrypted"],
)
def test_what_the_check_fails_the_exchange_rejects(
    rig: Rig,
    alice: User,
    participant: Participant,
    ce_number: Identity,
    content: bytes,
    code: str,
) -> None:
    """The portal sends no such file; here it goes past the check on purpose."""
    target = checks.target(
        sender_of(alice, participant), ENTRY, ENTRY.menu, clock.now()
    )
    upload = builders.upload(alice, ce_number, content)
    assert [r.rule for r in checks.whole(target, upload).results if r.status == "bad"]
    row = submit(upload, alice, participant)
    assert rig.visit_until(lambda: state(row) == S.REJECTED)
    assert row.rejection_code == code


@pytest.mark.ledger("ECP-60/P")
def test_a_given_zip_under_the_registered_password_is_accepted(
    rig: Rig, alice: User, participant: Participant, ce_number: Identity
) -> None:
    content = make_zip.sealed_zip(ZIP_PASSWORD)
    upload = builders.upload(alice, ce_number, content)
    row = submit(upload, alice, participant)
    assert rig.visit_until(lambda: state(row) == S.ACCEPTED)
