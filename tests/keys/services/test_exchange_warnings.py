"""A warning that differs is an alert, but for what a renewal under way explains."""

import datetime as dt

import pytest

from keys.models import KeyRenewal, RenewalReason, SftpAccount, SshKey
from keys.renewal_states import RenewalStatus
from keys.services import exchange_warnings, proofs
from portal.alerts.models import Alert
from portal.people.models import Participant
from tests.keys.builders import DAY, Free, account, key

R = RenewalStatus
MIDNIGHT = dt.datetime(2026, 2, 20, 16, tzinfo=dt.UTC)  # of Hong Kong
OPENED, LATER = MIDNIGHT - dt.timedelta(seconds=2), MIDNIGHT + dt.timedelta(hours=1)
NAME = "SSHKeyExpireWarning.txt"


@pytest.fixture
def of(participant: Participant) -> SftpAccount:
    return account(participant)


@pytest.fixture
def old(of: SftpAccount) -> SshKey:
    return key(of)


def renewal(of: SftpAccount, status: RenewalStatus) -> KeyRenewal:
    """Opened two seconds before midnight."""
    return KeyRenewal.objects.create(
        account=of,
        key=key(of, None),
        reason=RenewalReason.ASKED,
        status=status,
        created_at=OPENED,
        opened_at=OPENED,
    )


def row(slot: str, created: dt.date, expires: dt.date, of: SshKey) -> str:
    return f"{slot} Public Key   {created}   {expires}   {of.fingerprint_md5}\n"


def said(old: SshKey, new: SshKey, taken: dt.date) -> bytes:
    """HKEX took the new key on this day."""
    current = row("Current", DAY, dt.date(2026, 3, 1), old)
    end = taken.replace(year=taken.year + 2)
    return (current + row("Renewed", taken, end, new)).encode()


def read(of: SftpAccount, content: bytes, now: dt.datetime = LATER) -> None:
    exchange_warnings.read(Free(of), of, NAME, content, now, now)


def alerts() -> set[str]:
    return set(Alert.objects.filter(resolved_at=None).values_list("kind", flat=True))


@pytest.mark.ledger("ECP-52/P")
def test_another_creation_date_is_an_alert_that_shows_both(
    of: SftpAccount, old: SshKey
) -> None:
    wrong = row("Current", DAY - dt.timedelta(1), dt.date(2026, 2, 28), old)
    read(of, wrong.encode())
    assert "ours 2024-03-01, HKEX’s 2024-02-29" in Alert.objects.get().body


@pytest.mark.parametrize("status", [R.AWAITING_RESULT, R.ANSWERED, R.UNCONFIRMED])
def test_a_key_taken_after_midnight_alarms_nobody_before_the_answer(
    of: SftpAccount, old: SshKey, status: RenewalStatus
) -> None:
    under_way = renewal(of, status)
    read(of, said(old, under_way.key, dt.date(2026, 2, 21)))
    assert alerts() == set()
    assert of.warnings.get().differences == []


def test_what_still_differs_when_the_key_is_proved_is_an_alert(
    of: SftpAccount, old: SshKey
) -> None:
    under_way = renewal(of, R.UNCONFIRMED)
    read(of, said(old, under_way.key, dt.date(2026, 2, 23)))
    proofs.proved(Free(of), under_way, LATER)
    assert alerts() == {"key-drift"}
    assert of.warnings.get().differences != []


def test_what_the_answer_explains_is_none_when_the_key_is_proved(
    of: SftpAccount, old: SshKey
) -> None:
    under_way = renewal(of, R.ANSWERED)
    KeyRenewal.objects.update(answered_at=LATER)
    read(of, said(old, under_way.key, dt.date(2026, 2, 21)))
    proofs.proved(Free(of), under_way, LATER)
    assert alerts() == set()


def test_a_renewal_without_an_answer_excuses_nothing_after_a_day(
    of: SftpAccount, old: SshKey
) -> None:
    under_way = renewal(of, R.UNCONFIRMED)
    days_later = LATER + dt.timedelta(days=2)
    read(of, said(old, under_way.key, dt.date(2026, 2, 22)), days_later)
    assert alerts() == {"key-drift"}
