"""Taking the file of a batch: its heading is read, and the whole of it is sealed."""

import datetime as dt
import hashlib
import io
import uuid

from fini.batches import columns, opening
from fini.batches.columns import Column
from fini.batches.rows import BatchUnreadable
from fini.identity_numbers import looks_like_hkid
from fini.models import Batch, Ipo, Origin, Profile
from fini.refusals import Refusal
from fini.services import batch_moves, batch_numbers
from fini.states import BatchStatus
from portal import secrets, wakeups
from portal.activity import transaction
from portal.people.guards import Acting
from portal.people.models import IdentityKind

READ = "fini-read"
LONGEST_TITLE = 80
LONGEST_NAME = 255
# Every row would be refused for an IPO that nobody can know of.
NOT_LISTED = "FINI’s list of IPOs is not here yet, or has none."
NOT_CHECKED = "Nothing was checked; the file is kept."
ASK_FIRST = "Ask for the list on the page IPOs, then check the batch."


def take(
    profile: Profile,
    name: str,
    content: bytes,
    acting: Acting,
    now: dt.datetime,
    *,
    origin: Origin = Origin.FILE,
) -> Batch:
    """The file at rest, sealed, and its heading. Raises BatchUnreadable, and Refusal
    for a profile that may not subscribe; then nothing was kept."""
    check_profile(profile)
    heading = _heading(content)
    pk = uuid.uuid4()
    with transaction.atomic():
        batch = batch_numbers.create(
            acting.participant,
            pk=pk,
            profile=profile,
            origin=origin,
            file_name=storable(name)[:LONGEST_NAME],
            file_sha256=hashlib.sha256(content).hexdigest(),
            file_size=len(content),
            sealed_file=secrets.seal(content, bound_to(pk)),
            heading=heading,
            layout=columns.propose(heading).layout,
            created_by=acting.user,
            created_at=now,
        )
        batch_moves.record(batch, "Upload", user=acting.user)
    return batch


def choose(
    batch: Batch,
    chosen: dict[Column, int],
    acting: Acting,
    *,
    ipo_id: str,
    firm_id: str,
) -> Batch:
    """The columns are settled: a worker checks every row. Raises Refusal, and
    MoveNotAllowed when somebody was faster."""
    layout = _settled(batch, chosen)
    listed = Ipo.objects.filter(profile=batch.profile_id, is_listed=True)
    if not listed.exists():
        raise Refusal(NOT_LISTED, NOT_CHECKED, ASK_FIRST)
    if Column.IPO_ID in layout:
        ipo_id = ""
    elif not listed.filter(ipo_id=ipo_id).exists():
        raise Refusal("The file names no IPO. Choose the one that FINI lists.")
    if Column.FIRM_ID in layout:
        firm_id = ""
    elif not acting.participant.identities.filter(
        kind=IdentityKind.FIRM_ID, code=firm_id
    ).exists():
        raise Refusal("The file names no firm. Choose a Firm ID of the participant.")
    with transaction.atomic():
        wakeups.wake(READ, batch.pk)
        return batch_moves.move(
            batch,
            BatchStatus.READING,
            "Choose the columns of",
            user=acting.user,
            layout=layout,
            ipo_id=ipo_id,
            firm_id=firm_id,
        )


def check_profile(profile: Profile) -> None:
    """Raises Refusal."""
    if not profile.is_enabled or not profile.may_subscribe:
        raise Refusal(
            f"The profile {profile} may not subscribe. Nothing was kept. "
            "Have an administrator set it up."
        )


def bound_to(pk: uuid.UUID) -> str:
    return secrets.context("fini_batch", pk, "sealed_file")


def storable(text: str) -> str:
    """What a database and a page take of a hostile text: no character unseen."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _heading(content: bytes) -> list[str]:
    """Raises BatchUnreadable, also for a heading without a row beneath it, and for a
    record in its place: titles are kept in clear."""
    rows = opening.rows(io.BytesIO(content))
    heading, first = next(rows, None), next(rows, None)
    if heading is None or first is None:
        raise BatchUnreadable("it has no row beneath its heading")
    if any(_is_value(cell) for cell in heading.cells):
        raise BatchUnreadable("its first row is a record and no heading")
    titles = heading.picked(range(len(heading.cells)))
    return [storable(title)[:LONGEST_TITLE] for title in titles]


def _is_value(cell: str) -> bool:
    return cell.isdigit() or looks_like_hkid(cell)


def _settled(batch: Batch, chosen: dict[Column, int]) -> dict[Column, int]:
    """Raises Refusal."""
    if len(set(chosen.values())) < len(chosen):
        raise Refusal("One column is chosen twice. Give each field its own.")
    if not set(chosen.values()) <= set(range(len(batch.heading))):
        raise Refusal("A column is chosen that the file has not. Choose again.")
    missing = [c for c in Column if c not in chosen and c not in columns.OPTIONAL]
    if missing:
        named = ", ".join(missing)
        raise Refusal(f"No column is chosen for {named}. Choose one for each.")
    return chosen
