"""What a mail says, and from which environment."""

import pytest
from django.template.loader import render_to_string
from django.test.utils import override_settings

from portal.alerts import mail, selectors
from portal.people.models import Participant
from tests.portal.alerts.conftest import raise_alert

pytestmark = pytest.mark.django_db


def test_the_subject_and_the_head_say_sandbox(participant: Participant) -> None:
    composed = mail.alert_mail(raise_alert(participant))
    assert composed.subject == "[SANDBOX] HBCNERBN for 00000 was rejected at 14:41"
    assert composed.text.startswith("SANDBOX - Participant Portal\n")
    assert ">SANDBOX</strong>" in composed.html


@pytest.mark.parametrize(
    ("environment", "prefix", "word"),
    [("test", "[TEST] ", "END-TO-END TEST"), ("production", "", "PRODUCTION")],
)
def test_a_real_deployment_says_which(
    participant: Participant, environment: str, prefix: str, word: str
) -> None:
    alert = raise_alert(participant)
    with override_settings(DEPLOYMENT="real", ENVIRONMENT=environment):
        composed = mail.alert_mail(alert)
    assert composed.subject == f"{prefix}{alert.title}"
    assert f">{word}</strong>" in composed.html


def test_its_link_leads_to_the_portal_s_own_address(participant: Participant) -> None:
    with override_settings(BASE_URL="https://portal.example.test/"):
        composed = mail.alert_mail(raise_alert(participant))
    link = "https://portal.example.test/p/CP00010/submissions/1/"
    assert link in composed.text
    assert composed.html.count(f'href="{link}"') == composed.html.count("href=") == 1


def test_text_is_plain_and_html_is_escaped(participant: Participant) -> None:
    composed = mail.alert_mail(raise_alert(participant, title="<b>&</b>"))
    assert "Failed: <b>&</b>" in composed.text
    assert "&lt;b&gt;&amp;&lt;/b&gt;</h1>" in composed.html


def test_a_line_break_in_a_title_starts_no_header(participant: Participant) -> None:
    alert = raise_alert(participant, title="one\r\nBcc: everyone@example.test")
    subject = mail.alert_mail(alert).subject
    assert subject == "[SANDBOX] one Bcc: everyone@example.test"


def test_the_list_on_today_has_a_word_an_icon_and_a_link(
    participant: Participant,
) -> None:
    raise_alert(participant)
    html = render_to_string(
        "alerts/_needs_you.html", {"needs_you": selectors.needs_you(participant)}
    )
    assert 'data-s="bad"' in html
    assert 'href="/p/CP00010/submissions/1/">See why and resubmit</a>' in html
    assert "<svg" in html


def test_an_empty_list_on_today_says_so(participant: Participant) -> None:
    html = render_to_string(
        "alerts/_needs_you.html", {"needs_you": selectors.needs_you(participant)}
    )
    assert "Nothing needs you" in html
