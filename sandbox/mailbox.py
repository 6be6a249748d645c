"""A real SMTP server on loopback whose mails are kept and shown, never sent on."""

import asyncio
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.hktime import Clock
from sandbox.journal import Journal
from sandbox.layout import SandboxError

_BYTES_AT_MOST = 10_000_000


class Mailbox:
    """Takes mail for anybody."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port that was taken."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._protocol, host, port)
        except OSError as exc:
            raise SandboxError(
                f"Cannot listen on {host} port {port} for mail: {exc.strerror}."
            ) from None
        chosen: int = self._server.sockets[0].getsockname()[1]
        return chosen

    async def stop(self) -> None:
        """Take no more mail."""
        if self._server is not None:
            self._server.close()

    def _protocol(self) -> SMTP:
        return SMTP(
            self,
            hostname="sandbox.localhost",
            ident="sandbox mailbox",
            data_size_limit=_BYTES_AT_MOST,
            enable_SMTPUTF8=True,
        )

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, once for each recipient, before saying so."""
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            self._journal.keep_mail(
                envelope.mail_from or "", recipient, raw, self._clock.now()
            )
        return "250 Kept"

    def mails(self) -> list[dict[str, Any]]:
        """The mails as the control API gives them, oldest first."""
        return [
            _view(
                row["id"],
                row["sender"],
                row["recipient"],
                row["raw"],
                datetime.fromisoformat(row["received_at"]),
            )
            for row in self._journal.mails()
        ]

    def clear(self) -> None:
        """Throw all mails away."""
        self._journal.forget_mails()


def _view(
    number: int, sender: str, recipient: str, raw: bytes, at: datetime
) -> dict[str, Any]:
    message = message_from_bytes(raw, policy=policy.default)
    return {
        "id": number,
        "to": recipient,
        "from": sender,
        "subject": str(message["subject"] or ""),
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
        "received_at": at.isoformat(),
    }


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return part.as_string()  # an unknown charset: shown as it came
