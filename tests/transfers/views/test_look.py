"""Looking into a kept file in the page."""

import io
import zipfile
from contextlib import ExitStack

import pytest
from django.test import Client

from portal import files
from portal.activity.models import Activity
from portal.people.models import Participant
from tests.transfers.corner_builders import kept, seen, zip_of
from transfers.views import look as view

CORNER = "/p/CP00010/downloads/"


def shown(client: Client, participant: Participant, name: str, content: bytes) -> str:
    row = kept(participant, name, content)
    return client.get(f"{CORNER}{row.pk}/").content.decode()


def test_text_is_shown_as_text(by_alice: Client, participant: Participant) -> None:
    page = shown(by_alice, participant, "a.txt", b"<script>alert(1)</script>\r\nend")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("name", ["picture.svg", "page.html"])
def test_what_a_browser_would_run_is_only_letters(
    by_alice: Client, participant: Participant, name: str
) -> None:
    page = shown(by_alice, participant, name, b"<svg onload=alert(1)>")
    assert "&lt;svg onload=alert(1)&gt;" in page


def test_a_csv_is_a_table_and_a_formula_only_text(
    by_alice: Client, participant: Participant
) -> None:
    page = shown(by_alice, participant, "r.csv", b'Code,Sum\r\n=cmd|x,"1,5"\r\n')
    assert "<td><bdi>=cmd|x</bdi></td><td><bdi>1,5</bdi></td>" in page


def test_the_facts_stand_before_the_content(
    by_alice: Client, participant: Participant
) -> None:
    page = shown(by_alice, participant, "r.csv", b"Code,Sum\r\n" * 200)
    assert page.index("SHA-256") < page.index("table-scroll bounded")


def test_json_is_laid_out(by_alice: Client, participant: Participant) -> None:
    page = shown(by_alice, participant, "r.json", b'{"sum":1.10,"of":[1,2]}')
    assert "&quot;sum&quot;: 1.10,\n" in page


def test_a_zip_is_listed_and_its_member_shown(
    by_alice: Client, participant: Participant
) -> None:
    content = zip_of(**{"../up.txt": b"first", "b.csv": b"x,y"})
    row = kept(participant, "r.zip", content)
    page = by_alice.get(f"{CORNER}{row.pk}/").content.decode()
    assert "../up.txt" in page
    assert "?member=1" in page
    inside = by_alice.get(f"{CORNER}{row.pk}/?member=1").content.decode()
    assert "<td><bdi>x</bdi></td><td><bdi>y</bdi></td>" in inside


@pytest.mark.parametrize("member", ["2", "-1", "x", "99999999", "\u0663"])
def test_a_member_that_is_not_there_is_404(
    by_alice: Client, participant: Participant, member: str
) -> None:
    row = kept(participant, "r.zip", zip_of(a=b"1", b=b"2"))
    path = f"{CORNER}{row.pk}/"
    assert by_alice.get(path, {"member": member}).status_code == 404


def test_a_bomb_stops_at_its_limit(by_alice: Client, participant: Participant) -> None:
    row = kept(participant, "bomb.zip", zip_of(bomb=b"0" * 50_000_000))
    page = by_alice.get(f"{CORNER}{row.pk}/?member=0").content.decode()
    assert "The first 1,000,000 bytes of this member are shown." in page
    assert "times its packed size: do not trust it" in page


@pytest.mark.ledger("ECP-34")
def test_every_look_is_an_activity(by_alice: Client, participant: Participant) -> None:
    row = kept(participant, "r.zip", zip_of(inner=b"1"))
    by_alice.get(f"{CORNER}{row.pk}/?member=0")
    last = Activity.objects.latest("seq")
    assert last.description == "Look at [r.zip], inside it [inner]"
    assert last.refs == {"files": str(row.pk)}


def test_the_name_of_a_member_is_told_on_one_line_and_not_for_ever(
    by_alice: Client, participant: Participant
) -> None:
    row = kept(participant, "r.zip", zip_of(**{"a\nb" + "x" * 60_000: b"1"}))
    by_alice.get(f"{CORNER}{row.pk}/?member=0")
    told = Activity.objects.latest("seq").description
    assert "inside it [a␊bxxx" in told
    assert len(told) < 300


@pytest.mark.ledger("ECP-34")
@pytest.mark.parametrize("header", ["X-Partial", "HX-Request"])
def test_no_header_makes_a_look_leave_no_trace(
    by_alice: Client, participant: Participant, header: str
) -> None:
    row = kept(participant, "r.txt", b"secret")
    answer = by_alice.get(f"{CORNER}{row.pk}/", headers={header: "1"})
    assert b"secret" in answer.content
    assert Activity.objects.filter(description="Look at [r.txt]").count() == 1


def test_only_a_few_are_opened_at_a_time(
    by_alice: Client, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = kept(participant, "r.txt", b"secret")
    monkeypatch.setattr(view, "PATIENCE", 0.01)
    with ExitStack() as others:
        for _ in range(view.AT_ONCE):
            others.enter_context(view._looks)
        answer = by_alice.get(f"{CORNER}{row.pk}/")
        assert answer.status_code == 503
        assert b"Try again in a moment" in answer.content
        assert b"secret" not in answer.content
        assert not Activity.objects.filter(kind="Download").exists()
    assert b"secret" in by_alice.get(f"{CORNER}{row.pk}/").content


@pytest.mark.parametrize("path", ["", "?member=0", "?member=9"])
def test_a_look_gives_its_place_back(
    by_alice: Client, participant: Participant, path: str
) -> None:
    row = kept(participant, "r.zip", zip_of(a=b"1"))
    for _ in range(view.AT_ONCE + 1):
        assert by_alice.get(f"{CORNER}{row.pk}/{path}").status_code in (200, 404)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "does not have it yet"),
        ({"status": "vanished"}, "Ask HKEX to distribute it anew"),
    ],
)
def test_what_is_not_here_says_why(
    by_alice: Client, participant: Participant, state: dict[str, str], words: str
) -> None:
    row = seen(participant, **state)
    assert words in by_alice.get(f"{CORNER}{row.pk}/").content.decode()
    assert not Activity.objects.filter(kind="Download").exists()


def test_a_lost_file_is_told(by_alice: Client, participant: Participant) -> None:
    row = kept(participant, content=b"lost too")
    files.delete(row.participant_id, row.stored_key)
    answer = by_alice.get(f"{CORNER}{row.pk}/")
    assert answer.status_code == 503
    assert b"The file cannot be read" in answer.content


def test_an_encrypted_member_is_not_opened(
    by_alice: Client, participant: Participant
) -> None:
    made = bytearray(zip_of(secret=b"1"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + at] |= 1
    row = kept(participant, "s.zip", bytes(made))
    assert b"Encrypted" in by_alice.get(f"{CORNER}{row.pk}/").content
    inside = by_alice.get(f"{CORNER}{row.pk}/?member=0").content.decode()
    assert "open it with the password" in inside


def test_a_zip_with_many_members_lists_the_first(
    by_alice: Client, participant: Participant
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for number in range(700):
            target.writestr(f"{number}", b"")
    page = shown(by_alice, participant, "many.zip", made.getvalue())
    assert "The first 500 of 700 are shown" in page


def test_a_broken_zip_says_what_is_wrong(
    by_alice: Client, participant: Participant
) -> None:
    page = shown(by_alice, participant, "r.zip", zip_of(a=b"1")[:-5])
    assert "cannot be looked into" in page
