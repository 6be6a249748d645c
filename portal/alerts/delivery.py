"""Handing one mail to the SMTP server; smtplib's errors are translated here only."""

import smtplib
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from portal import clock
from portal.alerts import outbox, services
from portal.alerts.models import Mail, Severity


class CannotSend(Exception):
    """permanent: the server refuses this recipient for good (5xx)."""

    def __init__(self, sentence: str, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent


def deliver(pk: uuid.UUID) -> None:
    """Claim, send, save the outcome: the network call is in no transaction."""
    row = outbox.claim(pk, clock.real_now())
    if row is None:
        return
    try:
        send(row)
    except CannotSend as fault:
        _failed(row, fault)
    else:
        outbox.record_sent(row, clock.real_now())


def send(row: Mail) -> None:
    """Raises CannotSend. The Message-ID is the row's, at every try."""
    message = EmailMultiAlternatives(
        row.subject,
        row.text,
        settings.DEFAULT_FROM_EMAIL,
        [row.recipient],
        headers={
            "Message-ID": message_id(row),
            "Auto-Submitted": "auto-generated",
        },
    )
    if row.html:
        message.attach_alternative(row.html, "text/html")
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as fault:
        codes = [code for code, _ in fault.recipients.values()]
        raise CannotSend(
            f"The mail server refuses the recipient ({codes[0]}).",
            permanent=all(500 <= code < 600 for code in codes),
        ) from fault
    except smtplib.SMTPResponseException as fault:
        sentence = f"The mail server answered {fault.smtp_code}."
        raise CannotSend(sentence, permanent=False) from fault
    except (smtplib.SMTPException, OSError) as fault:
        sentence = f"The mail server cannot be reached ({type(fault).__name__})."
        raise CannotSend(sentence, permanent=False) from fault


def message_id(row: Mail) -> str:
    return f"<{row.pk}@{urlsplit(settings.BASE_URL).hostname or 'portal'}>"


def _failed(row: Mail, fault: CannotSend) -> None:
    gone = outbox.record_failure(row, str(fault), fault.permanent, clock.real_now())
    if gone:
        services.raise_(
            "mail-failed",
            row.recipient,
            participant=None,
            severity=Severity.BAD,
            title=f"Mail to {row.recipient} cannot be delivered",
            body=f"{fault} It is not tried again. "
            "Correct the address or the mail server, and tell the person otherwise.",
        )
