"""Canaries go through web, workers, Redis and FINI: no process writes who they are."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from fini.models import Batch, EipoSubscription, Ipo, Profile, ProfileJwk
from fini.states import BatchStatus
from portal import clock, secrets
from portal.approvals.models import Approval
from portal.people.models import User
from sandbox.inthread import SandboxThread
from tests.browser.site import free_port
from tests.fini import canaries
from tests.fini import sending_builders as builders
from tests.fini.batches.files import HEADING, csv_text
from tests.fini.canaries import PEOPLE, sung
from tests.sandbox import processes
from tests.sandbox.processes import Processes

CODE, WITHIN = "CP00010", 60.0
REASON = "FINI asks which document it is"
PACE = {"SWEEP_SECONDS": 1, "FINI_QUERY_AFTER_SECONDS": 1, "LOG_LEVEL": "DEBUG"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def web(port: int) -> list[str]:
    """As in the Procfile, but that it says all it can."""
    server = [*processes.CELERY[:1], "-m", "uvicorn", "portal.asgi:application"]
    return [*server, "--host", "127.0.0.1", "--port", str(port), "--log-level", "debug"]


class Person:
    """One of the cast, with a browser that speaks HTTP to the web process."""

    def __init__(self, user: User, port: int) -> None:
        signed_in = Client(SERVER_NAME="localhost")
        signed_in.force_login(user)
        self._http = httpx2.Client(
            base_url=f"http://localhost:{port}",
            cookies={"sessionid": signed_in.cookies["sessionid"].value},
            trust_env=False,
            timeout=30,
        )

    def post(self, name: str, *args: object, file: bytes = b"", **form: str) -> str:
        page = self._http.get(reverse("fini_people", args=[CODE])).text
        found = TOKEN.search(page)
        assert found, page[-500:]
        answer = self._http.post(
            reverse(name, args=[CODE, *args]),
            data={**form, "csrfmiddlewaretoken": found[1]},
            files={"file": ("canaries.csv", file, "text/csv")} if file else None,
        )
        return answer.text

    def close(self) -> None:
        self._http.close()


def waited(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + WITHIN
    while not (met := true()) and time.monotonic() < until:
        time.sleep(0.1)
    return met


def is_in(batch: Batch, status: BatchStatus) -> Callable[[], bool]:
    return lambda: Batch.objects.filter(pk=batch.pk, status=status).exists()


def content() -> bytes:
    one, *_ = PEOPLE
    lines = [
        [
            *(f"CANARY-{at}", builders.IPO, builders.FIRM, "1000"),
            *(who.id_type, "HKG", who.number, who.name_english, who.name_chinese),
        ]
        for at, who in enumerate(PEOPLE)
    ]
    wrong = ["", one.number, one.number, "none", "1", one.number, "", "", ""]
    return csv_text(HEADING, *lines, wrong).encode()


def send(alice: Person, bob: Person, profile: Profile) -> Batch:
    """By a file, as people do; until FINI has answered for each."""
    alice.post("fini_batch_new", file=content(), profile=str(profile.pk))
    batch = Batch.objects.get()
    layout = {f"column-{name}": str(at) for at, name in enumerate(HEADING)}
    alice.post("fini_batch_columns", batch.pk, file=b"", **layout)
    assert waited(is_in(batch, BatchStatus.CHECKED))
    alice.post("fini_batch_ask", batch.pk, leave_out="on")
    asked = Approval.objects.get(object_pk=batch.pk)
    bob.post("approval_decide", asked.pk, decision="approve")
    assert waited(is_in(batch, BatchStatus.ENDED))
    return batch


def look(bob: Person, batch: Batch) -> None:
    """Found, shown, and an error in the middle of it."""
    number = PEOPLE[0].number
    asked = {"id_type": "1", "jurisdiction": "HKG", "number": number}
    assert "CANARY-0" in bob.post("fini_people", file=b"", **asked)
    shown, broken = (batch.subscriptions.get(own_ref=f"CANARY-{at}") for at in (0, 2))
    page = bob.post("fini_person", shown.pk, reason=REASON)
    assert number in page
    bound_to = secrets.context("fini_eiposubscription", broken.pk, "sealed_person")
    sealed = secrets.seal(f'["{PEOPLE[2].number}"]'.encode(), bound_to)
    EipoSubscription.objects.filter(pk=broken.pk).update(sealed_person=sealed)
    bob.post("fini_person", broken.pk, reason=REASON)


@pytest.fixture
def running(box: SandboxThread, profile: Profile, tmp_path: Path) -> Iterator[int]:
    """Web, workers and beat; the port of the web. Their logs are in `tmp_path`."""
    port = free_port()
    told = {
        "FINI_SANDBOX_URL": box.gateway["url"],
        "FINI_SANDBOX_CA_FILE": box.gateway["ca"],
        "BASE_URL": f"http://localhost:{port}",
    }
    with Processes(tmp_path, **PACE, **told) as started:
        started.start("web", web(port))
        started.start("visits", processes.worker("visits", concurrency=2))
        started.start("quick", processes.worker("quick", concurrency=1))
        started.start("beat", processes.beat(tmp_path))
        assert waited(lambda: _answers(port)), started.said("web")[-2000:]
        yield port


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://localhost:{port}/health/").status_code == 200
    except httpx2.HTTPError:
        return False


def keys_of(profile: Profile) -> list[str]:
    """A line from the middle of each private key; as it is and as JSON has it."""
    found = []
    for row in ProfileJwk.objects.filter(profile=profile):
        bound_to = secrets.context("fini_profilejwk", row.pk, "sealed_private")
        pem = secrets.open(bytes(row.sealed_private), bound_to).decode()
        found += pem.splitlines()[2:4]
    return found


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_no_process_writes_who_they_are(
    running: int,
    box: SandboxThread,
    profile: Profile,
    alice: User,
    bob: User,
    tmp_path: Path,
) -> None:
    now = clock.now()
    Ipo.objects.create(
        profile=profile, ipo_id=builders.IPO, first_seen_at=now, seen_at=now
    )
    operator, approver = Person(alice, running), Person(bob, running)
    quoted = f"idNum {PEOPLE[1].number} of {PEOPLE[1].name_english} is wrong"
    error = {"ref": "CANARY-1", "error_code": "SBX199", "message": quoted}
    box.gateway_faults(record_errors=error)
    batch = send(operator, approver, profile)
    look(approver, batch)
    operator.close()
    approver.close()

    assert builders.states(batch) == {"recorded": 2, "refused": 1, "kept_back": 1}
    logs = {p.name: p.read_bytes() for p in tmp_path.glob("*.log")}
    assert b"Internal Server Error" in logs["web.log"]
    written = {**logs, **canaries.at_rest()}
    known = canaries.values() + keys_of(profile)
    told = {name: sung(content, known) for name, content in written.items()}
    assert {name: found for name, found in told.items() if found} == {}
    assert Path(settings.FILE_UPLOAD_TEMP_DIR).is_dir()
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []
