"""Processes and threads that write at once leave chains without gaps."""

import json
from collections.abc import Callable

import pytest

from portal.people.models import Participant
from tests.portal.activity.conftest import Elsewhere

WRITER = ("-m", "tests.portal.activity.writer")


@pytest.mark.django_db(transaction=True)
def test_four_processes_on_two_chains_leave_no_gap(
    participant: Participant,
    other_participant: Participant,
    elsewhere: Callable[[], Elsewhere],
) -> None:
    shared = elsewhere()
    writers = [shared.start(*WRITER, "50", "CP00010", "CP00099") for _ in range(4)]
    assert [writer.communicate(timeout=60)[1] for writer in writers] == [""] * 4
    report = json.loads(shared.run("manage.py", "verify_activity", "--json"))
    assert report == {"chains": 2, "rows": 160, "faults": [], "intact": True}
