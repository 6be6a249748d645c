"""One record by form: added, changed with its person masked, invalidated by name."""

from django.test import Client

from fini.batch_forms import RecordForm
from fini.models import Batch
from fini.states import Act
from portal.people.models import Participant, User
from tests.fini import batch_builders as b
from tests.shown import shown

PAGES = "/p/CP00010/fini/subscriptions/"
ADD = f"{PAGES}record/"
FIELDS = dict(zip(b.HEADING, b.LINE, strict=True))


def by(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(**changed: str) -> dict[str, str]:
    return {n: FIELDS[c] for n, c in RecordForm.COLUMNS.items()} | changed


def test_a_record_is_added(alice: User, participant: Participant) -> None:
    b.profile(participant)
    answer = by(alice).post(ADD, filled())
    batch = Batch.objects.get()
    assert answer["Location"] == f"{PAGES}{batch.pk}/"
    assert b.records(batch)[0].own_ref == "CL-1"


def test_a_mistake_is_told_beside_its_field_and_nobody_is_shown_again(
    alice: User, participant: Participant
) -> None:
    b.profile(participant)
    answer = by(alice).post(ADD, filled(quantity="0", number="M011336(5)"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The quantity is not between" in page
    assert 'value="CL-1"' in page
    assert not [s for s in ("M011336", "CHAN TAI MAN", "陳大文") if s in page]
    assert "no-store" in answer["Cache-Control"]
    assert not Batch.objects.exists()


def test_every_mistake_names_its_field(alice: User, participant: Participant) -> None:
    b.profile(participant)
    answer = by(alice).post(ADD, filled(own_ref="", name_english="=1"))
    page = answer.content.decode()
    assert page.count("Own reference is empty.") == 2  # above the form, and beside
    assert page.count("Name in English begins as a formula does") == 2
    assert "The cell" not in page


def test_a_change_shows_the_person_masked_and_prefills_nothing(
    alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant), b.line(idNum="M0113365"))
    address = f"{ADD}{target.pk}/change/"
    page = by(alice).get(address).content.decode()
    assert "C••• T•• M••" in page
    assert "M0113365" not in page
    assert by(alice).post(address, {"quantity": "2000"}).status_code == 302
    batch = Batch.objects.get(act=Act.CHANGE)
    assert b.records(batch)[0].quantity == 2000


def test_an_invalidation_wants_the_own_reference_typed(
    alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant), b.line("CL-9"))
    address = f"{ADD}{target.pk}/invalidate/"
    refused = by(alice).post(address, {"own_ref": "CL-8"})
    assert refused.status_code == 422
    assert "is not the own reference" in refused.content.decode()
    assert by(alice).post(address, {"own_ref": "CL-9"}).status_code == 302
    assert Batch.objects.filter(act=Act.INVALIDATE).count() == 1


def test_a_change_is_shown_to_its_approver_before_and_after(
    alice: User, bob: User, participant: Participant
) -> None:
    """A name that looks the same masked is among the differences all the same."""
    target = b.recorded(alice, b.profile(participant), b.line("CL-9"))
    changed = {"quantity": "2000", "name_english": "CHIN TAI MAN"}
    by(alice).post(f"{ADD}{target.pk}/change/", changed)
    batch = Batch.objects.get(act=Act.CHANGE)
    page = by(bob).get(f"{PAGES}{batch.pk}/").content.decode()
    card = page.partition("What changes in CL-9")[2].partition("</section>")[0]
    assert target.record_id in card
    assert '"Before">1,000</td><td data-k="After">2,000<' in card
    assert 'Before">C••• T•• M••</td><td data-k="After">C••• T•• M••<' in card
    assert "Country of issue" not in card
    assert "CHIN" not in shown(page)


def test_an_invalidation_is_shown_to_its_approver_with_whom_it_ends(
    alice: User, bob: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant), b.line("CL-9"))
    by(alice).post(f"{ADD}{target.pk}/invalidate/", {"own_ref": "CL-9"})
    batch = Batch.objects.get(act=Act.INVALIDATE)
    page = by(bob).get(f"{PAGES}{batch.pk}/").content.decode()
    card = page.partition("What ends: CL-9")[2].partition("</section>")[0]
    assert target.record_id in card
    assert "C••• T•• M••" in card


def test_the_row_that_invalidated_offers_no_further_act(
    alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant), b.line("CL-9"))
    by(alice).post(f"{ADD}{target.pk}/invalidate/", {"own_ref": "CL-9"})
    batch = b.ended(Batch.objects.get(act=Act.INVALIDATE))
    page = by(alice).get(f"{PAGES}{batch.pk}/").content.decode()
    assert "/invalidate/" not in page
