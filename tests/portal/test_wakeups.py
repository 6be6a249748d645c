"""A wake-up goes out after commit; without a broker it waits for the sweep."""

import socket
import time

import pytest
from django.db import transaction

from portal import wakeups
from portal.celery import app

Sent = list[tuple[str, list[str], str]]


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakeups, "_names", {})
    monkeypatch.setattr(wakeups, "_jobs", {})
    wakeups.register("visit", "transfers.visit", "visits")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    calls: Sent = []

    def send_task(task: str, args: list[str], queue: str, **_: object) -> None:
        calls.append((task, args, queue))

    monkeypatch.setattr(app, "send_task", send_task)
    return calls


@pytest.mark.django_db(transaction=True)
def test_it_goes_out_after_commit_with_the_key_alone(sent: Sent) -> None:
    with transaction.atomic():
        wakeups.wake("visit", 7)
        assert sent == []
    assert sent == [("transfers.visit", ["7"], "visits")]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_wakes_nobody(sent: Sent) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_waking()
    assert sent == []


def fail_after_waking() -> None:
    with transaction.atomic():
        wakeups.wake("visit", 7)
        _ = 1 / 0


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_writer_goes_on_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///nowhere/redis.sock")
    started = time.monotonic()
    wakeups.wake("visit", 7)
    assert time.monotonic() - started < 5
    assert "waits for the sweep" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_hangs_does_not_hold_the_writer_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setattr(app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")
        started = time.monotonic()
        wakeups.wake("visit", 7)
    assert time.monotonic() - started < 10
    assert "waits for the sweep" in caplog.text


def test_an_unknown_name_is_a_defect() -> None:
    with pytest.raises(KeyError):
        wakeups.wake("nobody", 1)


def test_a_name_belongs_to_one() -> None:
    wakeups.register("visit", "transfers.visit", "visits")
    with pytest.raises(ValueError, match="registered already"):
        wakeups.register("visit", "keys.visit", "visits")


def test_a_job_has_one_rhythm() -> None:
    wakeups.every(15, "alerts.wake_due_mail")
    wakeups.every(15, "alerts.wake_due_mail")
    assert [(job.task, job.every_seconds, job.queue) for job in wakeups.jobs()] == [
        ("alerts.wake_due_mail", 15, "quick")
    ]
    with pytest.raises(ValueError, match="registered already"):
        wakeups.every(30, "alerts.wake_due_mail")


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_job_takes_time(seconds: float) -> None:
    with pytest.raises(ValueError, match="more than none"):
        wakeups.every(seconds, "x")
