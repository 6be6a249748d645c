"""The encryption password: typed twice, judged live, confirmed, revealed to nobody."""

import logging

import pytest
from django.test import Client

from keys.models import (
    EncryptionPassword,
    FileEncryption,
    PasswordStatus,
    SftpAccount,
)
from portal import clock
from tests.keys.views import builders

HOME = "/p/CP00010/keys/encryption/sandbox/"
GOOD = "Harbour-View-88!"
S = PasswordStatus

pytestmark = pytest.mark.usefixtures("ecp")


def twice(password: str) -> dict[str, str]:
    return {"password": password, "again": password}


@pytest.mark.ledger("ECP-66")
def test_a_new_password_is_in_use_only_once_a_person_confirms_it(
    by_charlie: Client,
) -> None:
    text = by_charlie.post(f"{HOME}draft/", twice(GOOD), follow=True).content.decode()
    assert "Confirm that it is set at ECP" in text
    assert EncryptionPassword.objects.get().status == S.DRAFTED
    by_charlie.post(f"{HOME}confirm/", {"on": str(clock.today())})
    assert EncryptionPassword.objects.get().status == S.CONFIRMED


@pytest.mark.ledger("ECP-66")
def test_enable_file_encryption_and_password_status_are_shown(
    by_charlie: Client,
) -> None:
    assert "Not set up: No" in by_charlie.get(HOME).content.decode()
    by_charlie.post(f"{HOME}draft/", twice(GOOD))
    by_charlie.post(f"{HOME}confirm/", {"on": str(clock.today())})
    by_charlie.post(f"{HOME}enable/", {"enabled": "yes"})
    text = by_charlie.get(HOME).content.decode()
    assert "Enabled: Yes" in text
    assert "Password Status" in text
    assert FileEncryption.objects.get().is_enabled


def test_no_answer_and_no_log_has_the_password(
    by_charlie: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        told = [
            by_charlie.post(f"{HOME}draft/", {"password": GOOD, "again": "Other-1!x"}),
            by_charlie.post(f"{HOME}rules/", twice(GOOD)),
            by_charlie.post(f"{HOME}draft/", twice(GOOD), follow=True),
            by_charlie.get(HOME),
        ]
    assert GOOD not in "".join(one.content.decode() for one in told) + caplog.text


@pytest.mark.ledger("ECP-61")
@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("Short-1!", "Short-1!", "10 to 128 characters"),
        ("alllower-11!", "alllower-11!", "an upper-case letter"),
        ("ALLUPPER-11!", "ALLUPPER-11!", "a lower-case letter"),
        ("NoDigits-here!", "NoDigits-here!", "a digit"),
        ("NoSymbols1234", "NoSymbols1234", "a symbol"),
        ("With blank-1A!", "With blank-1A!", "no blank"),
        (GOOD, f"{GOOD}x", "The two passwords differ"),
    ],
)
def test_a_weak_one_is_refused_with_its_sentence(
    by_charlie: Client, password: str, again: str, words: str
) -> None:
    answer = by_charlie.post(f"{HOME}draft/", {"password": password, "again": again})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not EncryptionPassword.objects.exists()


@pytest.mark.ledger("ECP-62")
def test_one_of_the_last_five_is_refused(by_charlie: Client) -> None:
    by_charlie.post(f"{HOME}draft/", twice(GOOD))
    by_charlie.post(f"{HOME}confirm/", {"on": str(clock.today())})
    answer = by_charlie.post(f"{HOME}draft/", twice(GOOD))
    assert "one of the last 5 passwords" in answer.content.decode()


@pytest.mark.ledger("ECP-61")
def test_the_rules_are_judged_while_one_types(by_charlie: Client) -> None:
    weak = by_charlie.post(f"{HOME}rules/", twice("weak")).content.decode()
    assert weak.count("Not yet") == 4
    good = by_charlie.post(f"{HOME}rules/", twice(GOOD)).content.decode()
    assert "Not yet" not in good
    assert not EncryptionPassword.objects.exists()


def test_a_drafted_one_is_discarded(by_charlie: Client) -> None:
    by_charlie.post(f"{HOME}draft/", twice(GOOD))
    by_charlie.post(f"{HOME}discard/")
    assert EncryptionPassword.objects.get().status == S.DISCARDED


def test_an_environment_without_an_ecp_account_has_no_page(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    for environment in ("production", "nowhere"):
        answer = by_charlie.get(f"/p/CP00010/keys/encryption/{environment}/")
        assert answer.status_code == 404


def test_rap_has_no_encryption(by_charlie: Client, ecp: SftpAccount) -> None:
    rap = builders.account(ecp.participant, "RAP")
    page = by_charlie.get(f"/p/CP00010/keys/accounts/{rap.pk}/").content.decode()
    assert "Mapping file encryption" not in page
