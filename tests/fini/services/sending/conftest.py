"""A profile, and a worker that holds a batch and sends it by a fake client."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from fini.models import Batch, Profile
from fini.services.leases import Held
from fini.services.sending import claims
from fini.services.sending.run import Sender, in_turn
from portal.people.guards import Acting
from portal.people.models import Participant, User
from tests.fini import batch_builders
from tests.fini import sending_builders as builders
from tests.fini.services.sending.fakes import FakeClient


@pytest.fixture
def profile(participant: Participant, settings: Settings) -> Profile:
    settings.FINI_QUERY_AFTER_SECONDS = 0
    return builders.profile(participant)


@pytest.fixture
def batch(profile: Profile) -> Batch:
    """Of two records, in the rows 2 and 3, that are unconfirmed for good."""
    made = builders.batch(profile, 2)
    builders.undecided(made)
    return made


@pytest.fixture
def as_alice(alice: User, profile: Profile) -> Acting:
    return batch_builders.acting(alice, profile.participant)


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def held() -> Callable[[Batch], Held]:
    def take(batch: Batch) -> Held:
        found = claims.claim(batch.pk)
        assert found is not None
        return found

    return take


@pytest.fixture
def send(held: Callable[[Batch], Held], client: FakeClient) -> Callable[[Batch], Held]:
    """All that is queued of the batch; what ends it is raised."""

    def work(batch: Batch) -> Held:
        lease = held(batch)
        with in_turn() as line:
            Sender(lease, batch, client, line).send_all()
        return lease

    return work
