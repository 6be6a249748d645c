"""The line is cut after any number of bytes of the request: nothing is sent twice."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from fini.models import Batch, Sending
from fini.states import BatchStatus, SendingStatus
from sandbox.inthread import SandboxThread
from tests.fini import sending_builders as builders
from tests.sandbox.fini.cut_request import CutRequest
from tests.sandbox.fini.rig import Rig

C = SendingStatus


@pytest.fixture
def line(box: SandboxThread, rig: Rig, settings: Settings) -> Iterator[CutRequest]:
    where = urlsplit(box.gateway["url"])
    line = CutRequest(str(where.hostname), int(where.port or 0))
    with line:
        told = settings.FINI_GATEWAYS["sandbox"]
        url = f"https://127.0.0.1:{line.port}"
        settings.FINI_GATEWAYS = {"sandbox": {**told, "url": url}}
        yield line


def is_over(batch: Batch) -> bool:
    return batch.status == BatchStatus.ENDED


def test_cut_after_so_many_bytes_each_record_is_there_once(
    rig: Rig, line: CutRequest
) -> None:
    """From the first byte to the last that a batch takes, in steps."""
    rig.send(rig.batch(20))
    line.begin()
    rig.send(rig.batch(20))
    whole, sent = line.asked, 40
    ended: set[str] = set()
    for after in range(0, whole, whole // 12):
        batch = rig.batch(20)
        line.begin(asked_after=after)
        rig.send(batch)
        line.begin()
        assert rig.send_until(partial(is_over, batch), batch)
        sent += 20
        ended |= {s.status for s in Sending.objects.filter(batch=batch)}
        found = rig.there()
        assert (found["total"], found["doubled"]) == (sent, {}), after
        assert builders.states(batch) == {"recorded": 20}
    assert ended >= {C.RESOLVED, C.ANSWERED}
