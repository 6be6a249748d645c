"""`manage.py invite` and `manage.py participant`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.alerts.models import Mail
from portal.people.models import Identity, Participant, Role, User
from tests.portal.people.builders import activities


def invite(*arguments: str) -> str:
    out = StringIO()
    call_command("invite", *arguments, stdout=out)
    return out.getvalue()


ERIN = ("erin", "--email", "erin@example.test", "--participant", "CP00010")


def test_an_invited_person_has_no_password_and_a_place(
    charlie: User, ce_number: Identity
) -> None:
    invite(*ERIN, "--role", "operator", "--identity", "AAA000", "--by", "charlie")
    erin = User.objects.get(username="erin")
    assert not erin.has_usable_password()
    assert erin.memberships.get().roles == {Role.OPERATOR}
    assert list(erin.memberships.get().identities.all()) == [ce_number]


def test_the_link_goes_by_mail_and_nowhere_else(charlie: User) -> None:
    said = invite(*ERIN, "--role", "operator", "--by", "charlie")
    mail = Mail.objects.get()
    assert mail.recipient == "erin@example.test"
    assert mail.subject == "[SANDBOX] You are invited to the Participant Portal"
    assert "http://localhost:8000/accounts/invitation/" in mail.text
    assert "/accounts/invitation/" in mail.html
    assert "/accounts/invitation/" not in said


def test_the_link_is_printed_when_asked_for(charlie: User) -> None:
    said = invite(*ERIN, "--role", "operator", "--by", "charlie", "--print-link")
    assert said.strip().splitlines()[-1] in Mail.objects.get().text


def test_the_invitation_is_recorded_without_its_link(charlie: User) -> None:
    invite(*ERIN, "--role", "operator", "--by", "charlie")
    rows = activities("Role")
    assert [row.description for row in rows] == [
        "Grant [erin]: Operations",
        "Invite [erin]",
    ]
    assert all(row.user == charlie for row in rows)
    assert not any("invitation/" in str(row.refs) for row in rows)


def test_somebody_named_invites(charlie: User) -> None:
    with pytest.raises(CommandError, match="--by USERNAME"):
        invite(*ERIN, "--role", "operator")


def test_an_operator_cannot_invite(alice: User) -> None:
    with pytest.raises(CommandError, match="neither an administrator"):
        invite(*ERIN, "--role", "operator", "--by", "alice")
    assert not User.objects.filter(username="erin").exists()


def test_who_has_an_account_needs_no_link(alice: User, charlie: User) -> None:
    with pytest.raises(CommandError, match="has an account already"):
        invite(
            *("Alice", "--email", "a@example.test", "--participant", "CP00010"),
            *("--role", "operator", "--by", "charlie"),
        )


def test_a_waiting_person_gets_a_new_link(charlie: User) -> None:
    for _ in range(2):
        invite(*ERIN, "--role", "operator", "--by", "charlie")
    assert User.objects.filter(username="erin").count() == 1
    assert Mail.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--participant", "CP00011", "--role", "operator"), "no participant CP00011"),
        (("--role", "operator"), "Say where"),
        (("--participant", "CP00010"), "at least one role"),
        (
            ("--participant", "CP00010", "--role", "operator", "--identity", "ZZZ999"),
            "no identity ZZZ999",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(
    charlie: User, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        invite("erin", "--email", "e@example.test", "--by", "charlie", *arguments)
    assert not User.objects.filter(username="erin").exists()


def test_a_malformed_address_makes_nobody(charlie: User) -> None:
    with pytest.raises(CommandError, match="valid email"):
        invite(
            *("erin", "--email", "no address", "--participant", "CP00010"),
            *("--role", "operator", "--by", "charlie"),
        )
    assert not User.objects.filter(username="erin").exists()


def test_the_first_site_admin_needs_no_inviter(db: None) -> None:
    invite("root", "--email", "root@example.test", "--site-admin")
    assert User.objects.get(username="root").is_site_admin


def test_the_second_site_admin_is_invited_by_the_first(site_mak: User) -> None:
    with pytest.raises(CommandError, match="a site admin already"):
        invite("root", "--email", "root@example.test", "--site-admin")
    invite("root", "--email", "root@example.test", "--site-admin", "--by", "site.mak")
    assert User.objects.filter(is_site_admin=True).count() == 2


def test_an_administrator_makes_no_site_admin(site_mak: User, charlie: User) -> None:
    with pytest.raises(CommandError, match="no site admin"):
        invite("x", "--email", "x@example.test", "--site-admin", "--by", "charlie")


def test_a_site_admin_adds_a_participant(site_mak: User) -> None:
    out = StringIO()
    call_command(
        "participant",
        *("CP00030", "--by", "site.mak", "--name", "Bay Brokers", "--kind", "EP"),
        *("--identity", "ce_number:CCC000"),
        stdout=out,
    )
    made = Participant.objects.get(code="CP00030")
    assert made.is_ep
    assert made.approval_required
    assert made.identities.get().code == "CCC000"
    assert "CCC000 (CE number)" in out.getvalue()


def test_a_wrong_identity_leaves_no_half_participant(site_mak: User) -> None:
    with pytest.raises(CommandError, match="three capital letters"):
        call_command(
            "participant",
            *("CP00030", "--by", "site.mak", "--name", "Bay", "--kind", "EP"),
            *("--identity", "ce_number:000"),
        )
    assert not Participant.objects.filter(code="CP00030").exists()


def test_only_a_site_admin_adds_participants(charlie: User) -> None:
    with pytest.raises(CommandError, match="no site admin"):
        call_command("participant", "CP00030", "--by", "charlie")
