"""People and files of batches are sealed anew under a newer master key."""

import pytest
from pytest_django import Settings

from fini import persons
from fini.models import Batch, EipoSubscription
from portal import resealing, secrets
from portal.people.models import Participant
from tests.fini import people_builders as people

NEW = b"n" * 32
NAMES = ["EIPO files", "EIPO records"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_sealed_is_sealed_anew_and_what_is_erased_is_left(
    name: str, participant: Participant, settings: Settings
) -> None:
    people.record(people.batch(participant))
    erased = people.batch(participant, sealed_file=b"")
    people.record(erased, sealed_person=b"")
    settings.MASTER_KEYS = [NEW, *settings.MASTER_KEYS]
    assert resealing.reseal(name) == resealing.Outcome(1, 0, ())
    assert resealing.reseal(name) == resealing.Outcome(0, 1, ())
    settings.MASTER_KEYS = [NEW]  # each opens where it is, under the new key alone
    row = EipoSubscription.objects.get(batch__number=1)
    if name == NAMES[1]:
        assert persons.open_person(row.pk, bytes(row.sealed_person)) == people.CHAN
    else:
        batch = Batch.objects.get(number=1)
        bound_to = secrets.context("fini_batch", batch.pk, "sealed_file")
        assert secrets.open(bytes(batch.sealed_file), bound_to)
