"""The whole file decides: whether the registered password opens what was given."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keys.models import EncryptionPassword
from portal import clock
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, User
from tests.transfers import builders, make_zip
from tests.transfers.builders import ZIP_PASSWORD
from transfers.selectors import uploads as selectors
from transfers.services import checks, openings
from transfers.spec import catalogue
from transfers.spec.results import RuleResult

OTHER = "Another-Staple-8"
pytestmark = pytest.mark.usefixtures("account")


Judge = Callable[..., RuleResult]


@pytest.fixture
def judge(as_alice: Acting, alice: User, ce_number: Identity) -> Judge:
    """`judge(zip)`: what the rule of encryption says of it."""

    def of(content: bytes, file_id: str = "HBCNMAPP") -> RuleResult:
        upload = builders.upload(alice, ce_number, content, file_id)
        sender = next(
            one for one in selectors.senders(as_alice) if one.identity == ce_number
        )
        entry = catalogue.entry(file_id)
        target = checks.target(sender, entry, entry.menu, clock.now())
        verdict = checks.whole(target, upload)
        return next(one for one in verdict.results if one.rule == "encryption")

    return of


@pytest.fixture
def on(charlie: User, participant: Participant) -> None:
    builders.encryption(participant, charlie)


@pytest.fixture
def off(charlie: User, participant: Participant) -> None:
    """A password is registered; encryption is off."""
    builders.encryption(participant, charlie, on=False)


@pytest.mark.ledger("ECP-60/P")
@pytest.mark.usefixtures("on")
def test_the_registered_password_opens_it(judge: Judge) -> None:
    said = judge(make_zip.sealed_zip(ZIP_PASSWORD))
    assert said.status == "ok"
    assert said.title == "AES-256 zip, opens with the registered password"


@pytest.mark.ledger("ECP-60/P")
@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    ("content", "title"),
    [
        (make_zip.zip_of(), "Not encrypted, and file encryption is on"),
        (make_zip.zipcrypto_zip(), "Encrypted, and not with AES-256"),
        (
            make_zip.sealed_zip(ZIP_PASSWORD, 128),
            "Encrypted, and not with AES-256",
        ),
        (
            make_zip.sealed_zip(ZIP_PASSWORD, 192),
            "Encrypted, and not with AES-256",
        ),
        (make_zip.sealed_zip(OTHER), "Does not open with the registered password"),
    ],
    ids=["bare", "ZipCrypto", "AES-128", "AES-192", "another password"],
)
def test_what_hkex_would_refuse_fails_with_its_reason(
    judge: Judge, content: bytes, title: str
) -> None:
    said = judge(content)
    assert (said.status, said.title) == ("bad", title)
    assert 2 <= said.reason.count(". ") <= 3


@pytest.mark.ledger("ECP-60/P")
@pytest.mark.usefixtures("on")
def test_content_that_was_changed_after_it_was_encrypted_fails(judge: Judge) -> None:
    made = bytearray(make_zip.sealed_zip(ZIP_PASSWORD))
    made[made.index(b"PK\x01\x02") - 15] ^= 1
    assert judge(bytes(made)).title == "Encrypted content is damaged"


@pytest.mark.ledger("ECP-65/P")
@pytest.mark.usefixtures("off")
def test_with_encryption_off_an_encrypted_zip_must_open_too(judge: Judge) -> None:
    assert judge(make_zip.sealed_zip(ZIP_PASSWORD)).status == "ok"
    assert judge(make_zip.sealed_zip(OTHER)).status == "bad"
    assert judge(make_zip.zip_of()).title == "Not encrypted, as file encryption is off"


@pytest.mark.ledger("ECP-65/P")
def test_without_a_registered_password_no_encrypted_zip_passes(judge: Judge) -> None:
    said = judge(make_zip.sealed_zip(ZIP_PASSWORD))
    assert said.title == "Encrypted zip, and no password is registered"


@pytest.mark.ledger("ECP-65/P")
@pytest.mark.usefixtures("on")
def test_a_report_is_never_encrypted(judge: Judge) -> None:
    assert judge(make_zip.sealed_zip(ZIP_PASSWORD), "HBCNATBN").status == "bad"
    assert judge(make_zip.zip_of(), "HBCNATBN").title == "Not encrypted"


@pytest.mark.usefixtures("on")
def test_a_password_that_cannot_be_opened_lets_nothing_pass(judge: Judge) -> None:
    EncryptionPassword.objects.update(sealed=b"x" * 60)
    said = judge(make_zip.sealed_zip(ZIP_PASSWORD))
    assert said.title == "The registered password cannot be read"


@pytest.mark.ledger("ECP-66")
def test_a_new_password_decides_only_once_it_is_confirmed(
    judge: Judge, charlie: User, participant: Participant
) -> None:
    builders.encryption(participant, charlie)
    content = make_zip.sealed_zip(ZIP_PASSWORD)
    assert judge(content).status == "ok"
    builders.encryption(participant, charlie, OTHER)
    assert judge(content).status == "bad"
    assert judge(make_zip.sealed_zip(OTHER)).status == "ok"


@pytest.mark.usefixtures("on")
def test_a_content_is_read_once_for_a_password(
    alice: User, ce_number: Identity, participant: Participant
) -> None:
    content = make_zip.sealed_zip(ZIP_PASSWORD)
    upload = builders.upload(alice, ce_number, content)
    password = EncryptionPassword.objects.get()
    first = openings.opening(participant.pk, upload.stored_key, password)
    with CaptureQueriesContext(connection) as queries:
        again = openings.opening(participant.pk, upload.stored_key, password)
    assert first is again
    assert len(queries) == 0
