"""Connection tests: asked for on a page, walked by a worker, one at a time a profile.

Token, crypto meta, IPO list: each with its outcome, and the walk ends where one fails.
`began_at` is a claim, in machine time; the other times are for people.
"""

import datetime as dt
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Q

from fini import calls
from fini.client import Client
from fini.models import ConnectionTest, Profile
from fini.refusals import Refusal
from fini.services import connections
from fini.services import gateway_records as records
from portal import clock, secrets, wakeups
from portal.activity import transaction
from portal.activity.models import Endpoint, Status
from portal.exchange.errors import ExchangeError
from portal.people.guards import Acting

WAKE = "fini-test"
LOST_AFTER = dt.timedelta(minutes=10)  # longer than one can take, waits included
Step = dict[str, Any]


def ask(profile: Profile, acting: Acting, now: dt.datetime) -> ConnectionTest:
    """A worker walks it. Raises Refusal while one is under way."""
    with transaction.atomic():
        Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
        if ConnectionTest.objects.filter(profile=profile, ended_at=None).exists():
            raise Refusal(
                f"A connection test of {profile} is under way.",
                "A second one would say the same.",
                "Wait for its outcome on this page.",
            )
        test = ConnectionTest.objects.create(
            profile=profile, asked_by=acting.user, asked_at=now
        )
        wakeups.wake(WAKE, test.pk)
        _record(test, "Ask for", Status.SUCCESSFUL)
    return test


def run(test_pk: uuid.UUID) -> None:
    """Walk the test that was asked for; a doubled message does nothing."""
    if not _claim(test_pk):
        return
    test = ConnectionTest.objects.select_related(
        "profile__participant", "profile__company_id", "asked_by"
    ).get(pk=test_pk)
    steps: list[Step] = []
    offset: int | None = None
    try:
        client = connections.new_client(test.profile)
    except (Refusal, ExchangeError, secrets.CannotOpen) as no:
        steps.append(_step("Keys", False, _sentence(no), 0))
    else:
        offset = _walk(client, steps)
        client.close()
    _end(test, steps, offset)


def sweep(real_now: dt.datetime) -> None:
    """Wake again for what no worker has begun, or one has begun and left; to wake
    twice does nothing."""
    forgotten = ConnectionTest.objects.filter(_free(real_now), ended_at=None)
    for pk in forgotten.values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            wakeups.wake(WAKE, pk)


def _walk(client: Client, steps: list[Step]) -> int | None:
    """Fills `steps`; the clock difference, in milliseconds, if it came so far."""
    offset: int | None = None

    def meta() -> str:
        nonlocal offset
        client.meta()
        offset = client.clock_offset_ms
        return f"The gateway’s key came. Its clock is {offset:+,} ms from ours."

    def token() -> str:
        client.sign_in()
        return "FINI gave an access token for both profiles."

    def ipos() -> str:
        answer = client.read(calls.ipo_list())
        count = len(answer.entries(lambda fields: fields))
        return f"The IPO list came, with {count:,} on its first page."

    walk: list[tuple[str, Callable[[], str]]] = [
        ("Access token", token),
        ("Crypto meta", meta),
        ("IPO list", ipos),
    ]
    for name, step in walk:
        began = time.monotonic()
        try:
            sentence, ok = step(), True
        except ExchangeError as failed:
            sentence, ok = failed.sentence, False
        steps.append(_step(name, ok, sentence, int((time.monotonic() - began) * 1000)))
        if not ok:
            break
    return offset


def _step(name: str, ok: bool, sentence: str, milliseconds: int) -> Step:
    return {"name": name, "ok": ok, "sentence": sentence, "ms": milliseconds}


def _sentence(no: Exception) -> str:
    if isinstance(no, secrets.CannotOpen):
        return "A profile key cannot be opened with the portal’s master keys."
    return str(no)


def _end(test: ConnectionTest, steps: list[Step], offset: int | None) -> None:
    test.steps, test.clock_offset_ms = steps, offset
    with transaction.atomic():
        ended = ConnectionTest.objects.filter(pk=test.pk, ended_at=None).update(
            steps=steps, clock_offset_ms=offset, ended_at=clock.now()
        )
        if ended:
            good = Status.SUCCESSFUL if test.succeeded else Status.FAILED
            _record(test, "Walk", good)


def _claim(test_pk: uuid.UUID) -> bool:
    now = clock.real_now()
    open_one = ConnectionTest.objects.filter(pk=test_pk, ended_at=None)
    return open_one.filter(_free(now)).update(began_at=now) == 1


def _free(real_now: dt.datetime) -> Q:
    return Q(began_at=None) | Q(began_at__lt=real_now - LOST_AFTER)


def _record(test: ConnectionTest, what: str, status: Status) -> None:
    records.of_profile(
        test.profile,
        f"{what} the connection test",
        by=test.asked_by,
        status=status,
        endpoint=Endpoint.API,
        topics=("strip",),
        refs={"test": str(test.pk)},
    )
