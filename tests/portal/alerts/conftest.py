"""A real SMTP server that keeps what it is given, and can refuse."""

import email
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from portal.alerts import services
from portal.alerts.models import Alert, Severity
from portal.people.models import Participant


class Mailbox:
    """An aiosmtpd handler; `answers` gives a recipient another answer than 250."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else b""
        message = email.message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


class Server:
    """Stops, and starts again on the same port."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox, self.port = mailbox, free_port()
        self.start()

    def start(self) -> None:
        self.controller = Controller(self.mailbox, "127.0.0.1", self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp(mailbox: Mailbox, settings: Settings) -> Iterator[Server]:
    """A running server, and Django's real SMTP backend pointed at it."""
    server = Server(mailbox)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


def raise_alert(
    participant: Participant | None,
    *,
    key: str = "SUB-2024-000417",
    title: str = "HBCNERBN for 00000 was rejected at 14:41",
    mail: bool = True,
    severity: Severity = Severity.BAD,
) -> Alert:
    return services.raise_(
        "rejected",
        key,
        participant=participant,
        severity=severity,
        title=title,
        body="HKEX answered 4007. Nothing is reported yet. Correct it by 16:30.",
        path="/p/CP00010/submissions/1/",
        action="See why and resubmit",
        mail=mail,
    )
