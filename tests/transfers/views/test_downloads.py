"""Taking kept files: one as it came, many as one zip, and what the log says of it."""

import asyncio
import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client

from portal import files
from portal.activity.models import Activity
from portal.people.models import Participant, User
from tests.transfers.corner_builders import kept, seen
from tests.transfers.views.conftest import Browser
from transfers import contents
from transfers.contents import NotWhole
from transfers.models import RetrievedFile
from transfers.views import bundle
from transfers.views.streaming import StreamedFile

CORNER = "/p/CP00010/downloads/"
ZIP = f"{CORNER}zip/"


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def zipped(answer: object) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body(answer))) as made:
        assert made.testzip() is None
        return {name: made.read(name) for name in made.namelist()}


def lose(row: RetrievedFile) -> None:
    files.delete(row.participant_id, row.stored_key)


def spoil(row: RetrievedFile) -> None:
    """The store gives other bytes of the same length."""
    (path,) = settings.FILES_ROOT.glob(f"{row.participant_id}/kept/*/{row.stored_key}")
    path.chmod(0o600)
    path.write_bytes(b"X" * row.size)


def test_a_file_comes_as_it_was_kept(
    by_alice: Client, participant: Participant
) -> None:
    row = kept(participant, "報告.csv", b"=1+1\r\n" * 1000)
    answer = by_alice.get(f"{CORNER}{row.pk}/file/")
    assert body(answer) == b"=1+1\r\n" * 1000
    assert answer["Content-Length"] == "6000"
    assert "filename*=utf-8''%E5%A0%B1" in answer["Content-Disposition"]


def test_the_browser_is_told_never_to_show_or_run_it(
    by_alice: Client, participant: Participant
) -> None:
    row = kept(participant, "page.html", b"<script>alert(1)</script>")
    answer = by_alice.get(f"{CORNER}{row.pk}/file/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Content-Type"] == "application/octet-stream"
    answer.close()


@pytest.mark.ledger("ECP-34")
def test_every_download_is_an_activity(
    browser: Browser, dora: User, participant: Participant
) -> None:
    row = kept(participant, "HBCNMPRP.zip")
    body(browser(dora).get(f"{CORNER}{row.pk}/file/"))
    last = Activity.objects.latest("seq")
    assert (last.kind, last.endpoint, last.status, last.user) == (
        "Download",
        "Web",
        "Successful",
        dora,
    )
    assert "[HBCNMPRP.zip]" in last.description
    assert row.sha256 in last.description
    assert last.refs == {"files": str(row.pk)}


@pytest.mark.parametrize("state", [{}, {"status": "vanished"}])
def test_what_is_not_kept_can_not_be_taken(
    by_alice: Client, participant: Participant, state: dict[str, str]
) -> None:
    row = seen(participant, **state)
    assert by_alice.get(f"{CORNER}{row.pk}/file/").status_code == 404


def test_a_lost_file_is_told_and_recorded(
    by_alice: Client, participant: Participant
) -> None:
    row = kept(participant, content=b"lost soon")
    lose(row)
    answer = by_alice.get(f"{CORNER}{row.pk}/file/")
    assert answer.status_code == 503
    assert b"Nothing was downloaded" in answer.content
    assert Activity.objects.latest("seq").status == "Failed"


def test_a_spoilt_file_never_comes_whole(
    by_alice: Client, participant: Participant
) -> None:
    row = kept(participant, content=b"as it was kept")
    spoil(row)
    answer = by_alice.get(f"{CORNER}{row.pk}/file/")
    with pytest.raises(NotWhole):
        body(answer)
    last = Activity.objects.latest("seq")
    assert "not those that were kept" in last.description


@pytest.mark.ledger("ECP-34")
def test_many_come_as_one_zip_with_one_activity(
    by_alice: Client, participant: Participant
) -> None:
    rows = [kept(participant, f"{n}.txt", f"file {n}".encode()) for n in range(7)]
    answer = by_alice.post(ZIP, {"file": [row.pk for row in rows]})
    assert zipped(answer) == {f"ECP/{n}.txt": f"file {n}".encode() for n in range(7)}
    (told,) = Activity.objects.filter(kind="Download")
    assert "[7 files]" in told.description
    assert "and 2 more" in told.description
    assert set(told.refs["files"].split(",")) == {str(row.pk) for row in rows}


def test_names_that_are_alike_are_told_apart(
    by_alice: Client, participant: Participant
) -> None:
    for name, content in (("A.txt", b"1"), ("a.TXT", b"2"), ("a (2).txt", b"3")):
        kept(participant, name, content)
    kept(participant, "A.txt", b"4", size=4)
    found = zipped(by_alice.post(ZIP, {"everything": "1"}))
    assert sorted(found.values()) == [b"1", b"2", b"3", b"4"]
    assert len({name.casefold() for name in found}) == 4


def test_files_of_one_name_lie_in_their_platforms_folders(
    by_alice: Client, participant: Participant
) -> None:
    for platform in ("RAP", "RRS"):
        kept(participant, "CA001.csv", platform.encode(), platform=platform)
    found = zipped(by_alice.post(ZIP, {"everything": "1"}))
    assert found == {"RAP/CA001.csv": b"RAP", "RRS/CA001.csv": b"RRS"}


def test_names_never_lead_out_of_the_folder_of_who_unzips(
    by_alice: Client, participant: Participant
) -> None:
    for name in (
        "../../etc/passwd",
        "/abs",
        "C:\\x",
        "..",
        "CON.txt",
        ".bashrc",
        "\u202eexe",
    ):
        kept(participant, name, name.encode())
    names = zipped(by_alice.post(ZIP, {"everything": "1"}))
    folders, bare = zip(*(n.split("/") for n in names), strict=True)
    assert set(folders) == {"ECP"}
    assert not [n for n in bare if "\\" in n or n.startswith(".")]
    assert "_CON.txt" in bare
    assert len(names) == 7


def test_all_that_fit_the_filters_and_are_kept(
    by_alice: Client, participant: Participant
) -> None:
    kept(participant, "wanted.txt", b"yes")
    kept(participant, "other.csv", b"no")
    seen(participant, "wanted-not-kept.txt")
    answer = by_alice.post(ZIP, {"everything": "1", "filters": "q=wanted"})
    assert zipped(answer) == {"ECP/wanted.txt": b"yes"}


def test_nothing_of_another_participant_comes(
    by_alice: Client, participant: Participant, other_participant: Participant
) -> None:
    theirs = kept(other_participant, "theirs.txt")
    assert by_alice.post(ZIP, {"file": [theirs.pk]}).status_code == 400
    assert by_alice.post(ZIP, {"everything": "1"}).status_code == 400


@pytest.mark.parametrize(
    "posted", [{}, {"file": ["x"]}, {"everything": "1", "filters": "older=x"}]
)
def test_without_a_file_there_is_a_sentence(
    by_alice: Client, posted: dict[str, object]
) -> None:
    answer = by_alice.post(ZIP, posted)
    assert answer.status_code == 400
    assert b"Nothing was downloaded" in answer.content


def test_too_many_are_told(
    by_alice: Client, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MOST", 2)
    for number in range(3):
        kept(participant, f"{number}", str(number).encode())
    answer = by_alice.post(ZIP, {"everything": "1"})
    assert answer.status_code == 400
    assert b"Narrow the dates" in answer.content


@pytest.mark.parametrize("harm", [lose, spoil])
def test_a_zip_with_a_lost_file_never_looks_whole(
    by_alice: Client, participant: Participant, harm: Callable[[RetrievedFile], None]
) -> None:
    good = kept(participant, "b.txt", b"b" * 300_000)
    bad = kept(participant, "a.txt", b"a" * 300_000)
    harm(bad if harm is spoil else good)
    answer = by_alice.post(ZIP, {"file": [good.pk, bad.pk]})
    came = bytearray()
    with pytest.raises(NotWhole):
        came.extend(iter(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert b"PK\x01\x02" not in came
    last = Activity.objects.latest("seq")
    assert last.status == "Failed"
    assert "broke off" in last.description


def test_a_zip_whose_first_file_is_lost_is_a_page(
    by_alice: Client, participant: Participant
) -> None:
    row = kept(participant, "a.txt", b"a")
    lose(row)
    answer = by_alice.post(ZIP, {"file": [row.pk]})
    assert answer.status_code == 400
    assert b"a.txt cannot be read" in answer.content


def test_a_stream_is_read_only_as_the_browser_takes_it() -> None:
    taken: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(100):
            taken.append(number)
            yield b"x"

    async def two() -> None:
        stream = StreamedFile(parts(), "x", lambda: None).__aiter__()
        await anext(stream)
        await anext(stream)

    asyncio.run(two())
    assert taken == [0, 1]


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("HBCNMPRP_AAA000_20240301.zip", "HBCNMPRP_AAA000_20240301.zip"),
        ("a/b\\c:d.txt", "a_b_c_d.txt"),
        ("..", "_"),
        ("", "_"),
        ("nul", "_nul"),
        (".hidden", "_hidden"),
        ("tail. ", "tail"),
        ("x\r\nSet-Cookie: y", "x__Set-Cookie_ y"),
        ("報告.csv", "報告.csv"),
    ],
)
def test_a_name_fits_every_system(name: str, fit: str) -> None:
    assert contents.fit_name(name) == fit
