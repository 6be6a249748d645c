"""The mailbox: a real SMTP server that keeps what it is sent."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from sandbox.inthread import SandboxThread


def send(
    sandbox: SandboxThread, *to: str, html: str = "", text: str = "Please confirm."
) -> None:
    """Mail to alice unless told otherwise."""
    message = EmailMessage()
    message["From"] = "portal@example.test"
    message["To"] = ", ".join(to or ("alice@example.test",))
    message["Subject"] = "An expiry in 14 days — 提示"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP(*sandbox.smtp, timeout=5) as server:
        server.send_message(message)


def test_a_mail_is_kept_with_its_subject_and_both_bodies(
    sandbox: SandboxThread,
) -> None:
    send(sandbox, html="<p>Please confirm.</p>")
    (mail,) = sandbox.mails()
    assert mail["from"] == "portal@example.test"
    assert mail["to"] == "alice@example.test"
    assert mail["subject"] == "An expiry in 14 days — 提示"
    assert mail["text"].strip() == "Please confirm."
    assert mail["html"].strip() == "<p>Please confirm.</p>"


def test_a_mail_to_two_is_kept_once_for_each(sandbox: SandboxThread) -> None:
    send(sandbox, "alice@example.test", "bob@example.test")
    assert [mail["to"] for mail in sandbox.mails()] == [
        "alice@example.test",
        "bob@example.test",
    ]


def test_mails_outlive_the_program(state: Path) -> None:
    with SandboxThread(state) as before:
        send(before)
        kept = before.mails()
    with SandboxThread(state) as after:
        assert after.mails() == kept != []


def test_a_mail_over_ten_megabytes_is_refused(sandbox: SandboxThread) -> None:
    with pytest.raises(smtplib.SMTPException):
        send(sandbox, text="x" * 70 * 150_000)
    assert sandbox.mails() == []
