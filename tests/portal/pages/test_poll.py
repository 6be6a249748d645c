"""For browsers without a stream."""

import pytest
from django.test import Client

from portal.people.models import Participant, User
from tests.portal.pages.builders import happen


def test_a_poll_tells_what_changed(
    client: Client, alice: User, participant: Participant
) -> None:
    happen(participant, "submissions")
    client.force_login(alice)
    answer = client.get("/p/CP00010/live/poll/?after=0")
    assert answer.json() == {"seq": 1, "topics": ["submissions"]}


def test_a_poll_with_rubbish_is_told_everything(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.get("/p/CP00010/live/poll/?after=' OR 1=1")
    assert answer.json()["topics"] == ["everything"]


@pytest.mark.django_db
def test_an_anonymous_poll_is_401_and_no_redirect(client: Client) -> None:
    assert client.get("/p/CP00010/live/poll/?after=0").status_code == 401
