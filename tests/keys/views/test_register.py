"""First registration: the guide, the files, comparing, recording, discarding."""

import datetime as dt

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keys.models import SftpAccount, SshKey
from portal import clock
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.keys.keyfiles import private_file, ssh2
from tests.keys.views import builders
from tests.keys.views.conftest import Browser


@pytest.fixture
def key(ecp: SftpAccount) -> SshKey:
    return builders.key(ecp)


def address(key: SshKey, what: str = "register") -> str:
    return f"/p/CP00010/keys/key/{key.pk}/{what}/"


def day(on: dt.date) -> dict[str, str]:
    return {"on": str(on)}


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        ("ECP", "Upload it on ECP’s web"),
        ("RAP", "Send form TechS 8 in Client Connect"),
        ("RRS", "CXXX.zip"),
    ],
)
def test_each_platform_has_its_steps(
    by_charlie: Client, participant: Participant, platform: str, words: str
) -> None:
    made = builders.key(builders.account(participant, platform))
    text = by_charlie.get(address(made)).content.decode()
    assert words in text
    assert made.fingerprint_md5 in text


def test_recording_waits_for_an_approver(
    by_charlie: Client, browser: Browser, bob: User, key: SshKey
) -> None:
    by_charlie.post(address(key), day(clock.today()))
    key.refresh_from_db()
    assert key.registered_on is None
    page = f"/p/CP00010/keys/accounts/{key.account_id}/"
    text = browser(bob).get(page).content.decode()
    assert "Approve<span" in text
    approval = Approval.objects.get()
    browser(bob).post(
        f"/p/CP00010/approvals/{approval.pk}/decide/", {"decision": "approve"}
    )
    key.refresh_from_db()
    assert key.registered_on == clock.today()


def test_without_approvals_it_counts_at_once_and_a_login_is_asked_for(
    by_charlie: Client, participant: Participant, key: SshKey
) -> None:
    Participant.objects.update(approval_required=False)
    by_charlie.post(address(key), day(clock.today()))
    key.refresh_from_db()
    assert key.registered_on == clock.today()
    assert SftpAccount.objects.get().test_asked_at is not None


@pytest.mark.parametrize("text", ["", "yesterday", "2024-02-30", "2999-01-01"])
def test_a_day_that_cannot_be_records_nothing(
    by_charlie: Client, key: SshKey, text: str
) -> None:
    answer = by_charlie.post(address(key), {"on": text})
    assert answer.status_code == 422
    assert not key.registrations.exists()


def test_a_private_key_in_the_day_is_refused_and_gone(
    by_charlie: Client, key: SshKey
) -> None:
    secret = private_file(PrivateFormat.OpenSSH).decode()
    answer = by_charlie.post(address(key), {"on": secret})
    told = answer.content.decode()
    assert "treat the key as exposed" in told
    assert "PRIVATE" not in told


def test_the_fingerprint_that_hkex_shows_is_compared(
    by_charlie: Client, key: SshKey
) -> None:
    good = by_charlie.post(address(key, "compare"), {"shown": key.fingerprint_md5})
    assert "This is the key" in good.content.decode()
    other = SimpleUploadedFile("k.pub", ssh2(2048, seed=99_999))
    bad = by_charlie.post(address(key, "compare"), {"file": other})
    assert "This is another key" in bad.content.decode()


@pytest.mark.parametrize("as_file", [True, False])
def test_a_private_key_where_a_public_one_belongs_is_exposed(
    by_charlie: Client,
    key: SshKey,
    as_file: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = private_file(PrivateFormat.PKCS8)
    given: dict[str, object] = (
        {"file": SimpleUploadedFile("id_rsa", secret)}
        if as_file
        else {"shown": secret.decode()}
    )
    answer = by_charlie.post(address(key, "compare"), given)
    told = answer.content.decode()
    assert "treat the key as exposed" in told
    assert secret.decode().splitlines()[2] not in told + caplog.text
    assert SshKey.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"{'k' * 125}.pub", "129 characters"),
        ("key*.pub", "letters, digits"),
        ("key.txt", "ends in .pub"),
    ],
)
@pytest.mark.ledger("ECP-40/P")
def test_a_name_that_hkex_refuses_is_told(
    by_charlie: Client, key: SshKey, name: str, words: str
) -> None:
    file = SimpleUploadedFile(name, ssh2())
    answer = by_charlie.post(address(key, "compare"), {"file": file})
    assert words in answer.content.decode()


def test_a_key_that_nobody_needs_is_discarded(by_charlie: Client, key: SshKey) -> None:
    by_charlie.post(address(key, "discard"))
    key.refresh_from_db()
    assert bytes(key.sealed_private) == b""


def test_a_registered_key_is_not_discarded(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    key = builders.registered(ecp)
    answer = by_charlie.post(address(key, "discard"), follow=True)
    assert "It was not discarded." in answer.content.decode()


def test_the_pack_is_called_by_its_real_name(
    by_charlie: Client, participant: Participant
) -> None:
    made = builders.key(builders.account(participant, "RRS", "CXYZ001"))
    assert ">CXYZ.zip</a>" in by_charlie.get(address(made)).content.decode()
