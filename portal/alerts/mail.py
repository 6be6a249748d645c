"""What a mail says: subject, text and HTML, from an alert. No secret, no personal
value: an alert's own words, the environment, and a link that does nothing by itself."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from portal import clock
from portal.alerts.models import Alert, Severity

SUBJECT_LIMIT = 300


@dataclass(frozen=True)
class Environment:
    """The band of the mail's head (design.md: never dependent on a theme)."""

    word: str
    prefix: str
    background: str
    colour: str


ENVIRONMENTS = {
    "production": Environment("PRODUCTION", "", "#7a1233", "#ffffff"),
    "test": Environment("END-TO-END TEST", "[TEST] ", "#f2b705", "#15181d"),
    "sandbox": Environment("SANDBOX", "[SANDBOX] ", "#0d5c63", "#ffffff"),
}
MARKS = {
    Severity.WARN: ("⚠", "Warning", "#835000"),
    Severity.BAD: ("✗", "Failed", "#a8231c"),
    Severity.HOLD: ("?", "Unconfirmed", "#63399a"),
}


@dataclass(frozen=True)
class Composed:
    subject: str
    text: str
    html: str


def environment() -> Environment:
    if settings.DEPLOYMENT == "sandbox":
        return ENVIRONMENTS["sandbox"]
    return ENVIRONMENTS[getattr(settings, "ENVIRONMENT", "production")]


def alert_mail(alert: Alert) -> Composed:
    """The same for every recipient, so that nobody learns of another."""
    sign, word, colour = MARKS[Severity(alert.severity)]
    band = environment()
    subject = one_line(f"{band.prefix}{alert.title}")
    context = {
        "subject": subject,
        "environment": band,
        "alert": alert,
        "sign": sign,
        "word": word,
        "colour": colour,
        "participant": alert.participant,
        "link": settings.BASE_URL.rstrip("/") + alert.path if alert.path else "",
        "sent_at": alert.last_at.astimezone(clock.HONG_KONG),
        "reference": str(alert.pk),
    }
    return Composed(
        subject,
        render_to_string("alerts/mail.txt", context),
        render_to_string("alerts/mail.html", context),
    )


def plain_mail(title: str, text: str) -> Composed:
    """A mail of text alone: the checkpoint, which is read by a program."""
    return Composed(one_line(f"{environment().prefix}{title}"), text, "")


def one_line(text: str) -> str:
    """A header is one line: whatever breaks lines becomes a space."""
    return " ".join(text.split())[:SUBJECT_LIMIT]
