"""Batches on their pages: uploaded, mapped, asked for, decided, shown masked."""

import csv
import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fini.models import Batch, BatchProblem, EipoSubscription, Profile
from fini.services import reading
from fini.states import BatchStatus, SubscriptionStatus
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.fini import batch_builders as b
from tests.fini.batches import files

S = SubscriptionStatus
PAGES = "/p/CP00010/fini/subscriptions/"
NEW = f"{PAGES}new/"


def by(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, content: bytes, name: str = "ipo.csv") -> object:
    profile = Profile.objects.get()
    file = SimpleUploadedFile(name, content)
    return client.post(NEW, {"profile": str(profile.pk), "file": file})


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def body(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    whole = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(whole)))


def test_a_batch_from_its_file_to_the_queue(
    alice: User, bob: User, participant: Participant
) -> None:
    b.profile(participant)
    by_alice = by(alice)
    send(by_alice, b.content(b.line(), b.line(appQuantity="0")))
    batch = Batch.objects.get()
    page = f"{PAGES}{batch.pk}/"
    layout = {f"column-{name}": at for name, at in batch.layout.items()}
    assert by_alice.post(f"{page}columns/", layout).status_code == 302
    assert "rows so far" in text(by_alice, page)
    reading.read(batch.pk)
    assert "without the 1 kept back" in text(by_alice, page)
    assert by_alice.post(f"{page}ask/").status_code == 422
    assert by_alice.post(f"{page}ask/", {"leave_out": "on"}).status_code == 302
    by_bob = by(bob)
    assert "Approve<" in text(by_bob, page)
    asked = Approval.objects.get()
    by_bob.post(f"/p/CP00010/approvals/{asked.pk}/decide/", {"decision": "approve"})
    assert b.again(batch).status == BatchStatus.QUEUED
    shown = text(by_alice, page)
    assert "1 of 2 done" in shown
    assert "Not sent: appQuantity" in shown


def test_a_file_is_never_written_in_clear(
    alice: User, participant: Participant, settings: LazySettings, tmp_path: Path
) -> None:
    """Neither as it comes nor afterwards; 3 MB are more than Django holds by itself."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")
    b.profile(participant)
    filler = ["x" * 30_000, *files.LINE[1:]]
    answer = send(by(alice), b.content(*([filler] * 100)))
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert Batch.objects.get().file_size > 3_000_000


HOSTILE = {
    "empty": b"",
    "a heading alone": files.csv_text(files.HEADING).encode(),
    "a cell of 5 MB": files.csv_text(["x" * 5_000_000]).encode(),
    "neither text nor workbook": bytes(range(128, 256)) * 9,
    "a broken workbook": files.workbook("")[:80],
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_file_is_told_in_a_sentence(
    content: bytes, alice: User, participant: Participant
) -> None:
    b.profile(participant)
    answer = send(by(alice), content)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Nothing of it was kept" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Batch.objects.exists()


def test_too_large_a_file_is_refused(
    alice: User, participant: Participant, settings: LazySettings
) -> None:
    settings.BATCH_FILE_LIMIT = 100
    b.profile(participant)
    answer = send(by(alice), b.content())
    assert "larger than 32 MB" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Batch.objects.exists()


def test_columns_that_are_missing_or_doubled_are_asked_for(
    alice: User, participant: Participant
) -> None:
    heading = ["ownRef", "Own Reference", "appQuantity", "Remarks"]
    held = files.csv_text(heading, ["1", "2", "3", "4"]).encode()
    batch = b.uploaded(alice, b.profile(participant), held)
    by_alice, page = by(alice), f"{PAGES}{batch.pk}/"
    shown = text(by_alice, page)
    assert "Several columns have this title" in shown
    assert "No column has this title" in shown
    assert "<bdi>Remarks</bdi>" in shown
    answer = by_alice.post(f"{page}columns/", {"column-ownRef": "0"})
    assert answer.status_code == 422
    assert "Choose the column of idNum." in answer.content.decode()
    assert "The file names no IPO: choose it." in answer.content.decode()
    assert b.again(batch).status == BatchStatus.UPLOADED


def test_an_ipo_is_chosen_where_the_file_names_none(
    alice: User, participant: Participant
) -> None:
    batch = b.uploaded(alice, b.profile(participant))
    layout = {f"column-{name}": at for name, at in batch.layout.items()}
    layout |= {"column-ipoID": ""}
    by_alice, address = by(alice), f"{PAGES}{batch.pk}/columns/"
    refused = by_alice.post(address, layout)
    assert "The file names no IPO" in refused.content.decode()
    assert by_alice.post(address, {**layout, "ipo_id": "1235"}).status_code == 302
    assert b.again(batch).ipo_id == "1235"


def test_pages_and_files_show_nobody(alice: User, participant: Participant) -> None:
    line = b.line("CL-1", idType="1", idNum="M011336(5)", fullNameEng="LEE SIU LUNG")
    batch = b.checked(alice, b.profile(participant), line)
    by_alice, page = by(alice), f"{PAGES}{batch.pk}/"
    shown = text(by_alice, page)
    assert "HKID M01••••(•)" in shown
    assert "L•• S•• L•••" in shown
    tables = body(by_alice, f"{page}results/") + body(by_alice, f"{page}problems/")
    told = shown + str(tables)
    assert not [s for s in ("M011336", "SIU LUNG", "陳大文") if s in told]


def test_results_are_a_table_that_computes_nothing(
    alice: User, participant: Participant
) -> None:
    lines = (b.line("=CMD()|' /C calc'!A0"), b.line("CL-2"))
    batch = b.checked(alice, b.profile(participant), *lines)
    heading, formula, fit = body(by(alice), f"{PAGES}{batch.pk}/results/")
    assert heading[0] == "Row"
    assert heading[-1] == "Error"
    assert formula[1].startswith("'=")
    assert fit == ["3", "CL-2", "1234", "1000", "", "Drafted", ""]
    only = body(by(alice), f"{PAGES}{batch.pk}/results/?only=exceptions")
    assert [row[0] for row in only] == ["Row", "2"]


@pytest.mark.parametrize("written", ["", "1 000", "0"])
def test_what_is_no_quantity_is_none_in_the_results(
    written: str, alice: User, participant: Participant
) -> None:
    batch = b.checked(alice, b.profile(participant), b.line(appQuantity=written))
    _, line = body(by(alice), f"{PAGES}{batch.pk}/results/")
    assert line[3] == ""
    assert '<td class="n" data-k="Quantity"><span class="faint">none</span></td>' in (
        text(by(alice), f"{PAGES}{batch.pk}/")
    )


def test_problems_are_a_table_to_mend_by(alice: User, participant: Participant) -> None:
    batch = b.checked(alice, b.profile(participant), b.line(appQuantity="0"))
    _, problem = body(by(alice), f"{PAGES}{batch.pk}/problems/")
    assert problem[:2] == ["2", "appQuantity"]
    assert problem[3] == "problem"


def test_records_are_found_and_paged_by_key(
    alice: User, participant: Participant
) -> None:
    lines = [b.line(f"CL-{n:03}") for n in range(60)]
    batch = b.ended(b.checked(alice, b.profile(participant), *lines))
    EipoSubscription.objects.filter(row=50).update(status=S.REFUSED)
    EipoSubscription.objects.filter(row=40).update(status=S.UNCONFIRMED)
    by_alice, page = by(alice), f"{PAGES}{batch.pk}/"
    first = by_alice.get(page)
    rows = [line.row.row for line, *_ in first.context["lines"]]
    assert rows == [50, 40, *range(2, 25)]
    second = by_alice.get(f"{page}?{first.context['next']}")
    assert next(line.row.row for line, *_ in second.context["lines"]) == 25
    assert "<span>1 to 25 of 60</span>" in first.content.decode()
    assert "<span>26 to 50 of 60</span>" in second.content.decode()
    assert 'rel="first"' not in first.content.decode()
    assert 'rel="first"' in second.content.decode()
    for query, count in {
        "kind=exceptions": 1,
        "q=CL-007": 1,
        "q=nothing": 0,
        "q=1234567890000002A": 1,
        "flow=3": 25,
        "kind=%00&after=9~x&flow=%FF": 0,
    }.items():
        found = by_alice.get(f"{page}?{query}")
        assert len(found.context["lines"]) == count, query


def test_pages_take_as_many_queries_however_many_records(
    alice: User,
    participant: Participant,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    profile = b.profile(participant)
    for lines in (1, 30):
        batch = b.checked(alice, profile, *(b.line() for _ in range(lines)))
        b.ended(batch)
    by_alice = by(alice)
    with django_assert_max_num_queries(24):
        by_alice.get(f"{PAGES}{batch.pk}/")
    with django_assert_max_num_queries(16):
        by_alice.get(PAGES)


def test_a_list_page_never_fetches_the_sealed_files(
    alice: User, participant: Participant
) -> None:
    b.uploaded(alice, b.profile(participant))
    (line,) = by(alice).get(PAGES).context["lines"]
    assert "sealed_file" in line.row.get_deferred_fields()


@pytest.mark.parametrize("status", BatchStatus.values)
def test_every_state_has_its_page(
    status: str, alice: User, bob: User, participant: Participant
) -> None:
    batch = b.checked(alice, b.profile(participant), b.line(), b.line(ipoID="9"))
    Batch.objects.filter(pk=batch.pk).update(status=status, sentence="Why it is so.")
    for user in (alice, bob):
        for address in ("", "state/", "records/"):
            assert by(user).get(f"{PAGES}{batch.pk}/{address}").status_code == 200


def test_an_approver_uploads_nothing_and_sees_everything(
    bob: User, alice: User, participant: Participant
) -> None:
    batch = b.uploaded(alice, b.profile(participant))
    assert by(bob).get(NEW).status_code == 403
    page = text(by(bob), f"{PAGES}{batch.pk}/")
    assert "Which column is which" not in page


def test_a_problem_of_another_batch_is_not_shown(
    alice: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    b.checked(alice, profile, b.line(appQuantity="0"))
    sound = b.checked(alice, profile)
    assert BatchProblem.objects.count() == 1
    assert "Every row passes" in text(by(alice), f"{PAGES}{sound.pk}/")


def test_without_a_profile_the_pages_say_so(
    alice: User, participant: Participant
) -> None:
    for address in (PAGES, NEW, f"{PAGES}record/"):
        assert "No profile may subscribe yet" in text(by(alice), address)


def test_the_template_is_read_as_it_is_given(
    alice: User, participant: Participant
) -> None:
    b.profile(participant)
    template = by(alice).get(f"{PAGES}template/").content
    line = files.csv_text(b.line()).encode()
    send(by(alice), template + line)
    assert Batch.objects.get().heading == files.HEADING


def test_a_batch_is_withdrawn_after_it_was_asked(
    alice: User, participant: Participant
) -> None:
    batch = b.checked(alice, b.profile(participant))
    address = f"{PAGES}{batch.pk}/withdraw/"
    assert "never gets it" in text(by(alice), address)
    assert b.again(batch).status == BatchStatus.CHECKED
    by(alice).post(address)
    assert b.again(batch).status == BatchStatus.WITHDRAWN


def test_a_mended_file_takes_the_place_of_the_batch_that_is_withdrawn(
    alice: User, participant: Participant
) -> None:
    """Own references are taken while it stands, and the page says so."""
    lines = (b.line("CL-1"), b.line("CL-2", appQuantity="0"))
    batch = b.checked(alice, b.profile(participant), *lines)
    page = f"{PAGES}{batch.pk}/"
    assert "references are taken while this one stands" in text(by(alice), page)
    by(alice).post(f"{page}withdraw/")
    assert "Upload the mended file" in text(by(alice), page)
    mended = b.checked(alice, batch.profile, b.line("CL-1"), b.line("CL-2"))
    assert mended.totals["unfit"] == 0


def test_only_who_may_see_a_person_gets_a_link_to_one(
    alice: User, bob: User, participant: Participant
) -> None:
    """A link that answers 403 would put an attempt on record for a mere click."""
    batch = b.checked(alice, b.profile(participant), b.line())
    page, link = f"{PAGES}{batch.pk}/", f"/fini/people/{b.records(batch)[0].pk}/"
    assert link not in text(by(alice), page)
    assert link in text(by(bob), page)


def under_way(user: User, participant: Participant, status: str) -> str:
    batch = b.checked(user, b.profile(participant), b.line(), b.line())
    Batch.objects.filter(pk=batch.pk).update(
        status=BatchStatus.SENDING, sentence="FINI broke off. It goes on by itself."
    )
    EipoSubscription.objects.filter(batch=batch).update(status=status)
    return text(by(user), f"{PAGES}{batch.pk}/")


def test_what_is_unconfirmed_is_not_done(alice: User, participant: Participant) -> None:
    page = under_way(alice, participant, S.UNCONFIRMED)
    assert "<span>0 of 2 done</span>" in page
    assert 'data-s="hold" role="status"' in page


def test_what_is_held_up_promises_no_end(alice: User, participant: Participant) -> None:
    page = under_way(alice, participant, S.QUEUED)
    assert "<h3>Held up</h3><p>FINI broke off" in page
    assert " left</span>" not in page


@pytest.mark.parametrize(
    ("status", "word"),
    [(S.REFUSED, "Exceptions"), (S.UNCONFIRMED, "Unconfirmed in part")],
)
def test_how_a_batch_ended_is_said_as_in_the_list(
    status: str, word: str, alice: User, participant: Participant
) -> None:
    batch = b.ended(b.checked(alice, b.profile(participant), b.line(), b.line()))
    EipoSubscription.objects.filter(row=2).update(status=status)
    state = by(alice).get(f"{PAGES}{batch.pk}/state/")
    assert state.context["word"] == word
    assert by(alice).get(PAGES).context["lines"][0].word == word


def test_the_head_is_of_the_part_that_changes_by_itself(
    alice: User, participant: Participant
) -> None:
    batch = b.ended(b.checked(alice, b.profile(participant), b.line()))
    EipoSubscription.objects.update(status=S.REFUSED)
    state = text(by(alice), f"{PAGES}{batch.pk}/state/")
    assert "<h1>EIPO subscriptions, batch 1</h1>" in state
    assert "Download the 1 exception" in state


def test_a_refusal_with_a_record_id_is_compared_before_it_is_sent_again(
    alice: User, participant: Participant
) -> None:
    batch = b.ended(b.checked(alice, b.profile(participant), b.line(), b.line()))
    EipoSubscription.objects.filter(row=2).update(status=S.REFUSED)
    page = text(by(alice), f"{PAGES}{batch.pk}/")
    assert page.count("FINI gave a record ID all the same.") == 1


def test_what_was_approved_stays_on_the_page_of_what_is_sent(
    alice: User, participant: Participant
) -> None:
    batch = b.ended(b.checked(alice, b.profile(participant), b.line()))
    page = text(by(alice), f"{PAGES}{batch.pk}/")
    assert batch.records_sha256[:8] in page
    assert '<span class="mono">1234</span><small>stock 9988</small>' in page
