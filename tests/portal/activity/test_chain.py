"""What one append writes, and what survives a round trip through the database."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test.utils import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal.activity import transaction
from portal.activity.chain import canonical, hash_of, head_is_ours, storable
from portal.activity.models import SITE, Chain, Endpoint, Kind, Status
from portal.activity.services import append
from portal.people.models import Participant, User
from tests.portal.activity.conftest import last, write

pytestmark = pytest.mark.django_db


def test_rows_are_numbered_without_gaps(participant: Participant) -> None:
    assert [write(participant).seq for _ in range(3)] == [1, 2, 3]


def test_each_participant_and_the_site_have_their_own_chain(
    participant: Participant, other_participant: Participant
) -> None:
    rows = [write(p) for p in (participant, other_participant, None)]
    assert [row.seq for row in rows] == [1, 1, 1]
    assert {row.chain.name for row in rows} == {"CP00010", "CP00099", SITE}


def test_a_participant_that_is_called_site_does_not_get_the_site_s_chain(
    db: None,
) -> None:
    named = Participant.objects.create(code="site", name="Site Securities")
    assert write(named).chain_id != write(None).chain_id


def test_a_row_points_at_the_hash_of_the_one_before(participant: Participant) -> None:
    first, second = write(participant), write(participant)
    assert (first.previous, second.previous) == ("", first.hash)


def test_the_head_tells_count_and_last_hash_and_is_authenticated(
    participant: Participant,
) -> None:
    row = write(participant)
    head = Chain.objects.get(participant=participant)
    assert (head.count, head.last_hash) == (1, row.hash)
    assert head_is_ours(head)


def test_an_altered_head_is_never_made_right_by_the_next_append(
    participant: Participant,
) -> None:
    write(participant)
    Chain.objects.update(last_hash="0" * 64)
    write(participant)
    assert not head_is_ours(Chain.objects.get())


def test_activity_is_refused_outside_a_transaction(
    transactional_db: None, participant: Participant
) -> None:
    with pytest.raises(RuntimeError, match="in the transaction"):
        append(participant, Kind.LOGIN, Endpoint.WEB, "", Status.SUCCESSFUL)


def test_a_row_of_a_transaction_that_fails_is_never_there(
    participant: Participant,
) -> None:
    with pytest.raises(IntegrityError):
        write_and_fail(participant)
    assert write(participant).seq == 1


def write_and_fail(participant: Participant) -> None:
    with transaction.atomic():
        append(participant, Kind.LOGIN, Endpoint.WEB, "", Status.SUCCESSFUL)
        Participant.objects.create(code=participant.code)


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(st.characters(), max_size=80),
    refs=st.dictionaries(st.sampled_from("abc"), st.text(max_size=20), max_size=3),
    topics=st.lists(st.sampled_from(["alerts", "a", "submission:1"]), max_size=4),
)
def test_a_row_read_again_has_the_same_canonical_bytes(
    participant: Participant, text: str, refs: dict[str, str], topics: list[str]
) -> None:
    with transaction.atomic():
        append(
            participant,
            Kind.KEY,
            Endpoint.SFTP,
            text,
            Status.WARNING,
            refs=refs,
            topics=topics,
        )
    row = last(participant)
    kept = {name: storable(value) for name, value in refs.items()}
    assert (row.description, row.refs) == (storable(text), kept)
    assert hash_of(row) == row.hash


def test_the_time_is_the_same_in_whatever_zone_it_is_told(
    participant: Participant,
) -> None:
    row = write(participant)
    before = canonical(row)
    row.at = row.at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert canonical(row) == before


def test_what_no_database_can_store_is_kept_as_its_escape() -> None:
    assert storable("a\x00b\ud800") == "a\\x00b\\ud800"


def test_a_newer_master_key_in_front_changes_no_hash(
    participant: Participant, alice: User
) -> None:
    row = write(participant, user=alice)
    with override_settings(MASTER_KEYS=[b"n" * 32, *settings.MASTER_KEYS]):
        assert hash_of(row) == row.hash


def test_another_master_key_has_another_hash(participant: Participant) -> None:
    row = write(participant)
    with override_settings(MASTER_KEYS=[b"n" * 32]):
        assert hash_of(row) != row.hash
