"""Sending a batch: array after array, each once, one request in flight.

While FINI is at work on one array the next is taken, built and encrypted; its call is
made only when the outcome of the one before is stored.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connections

from fini.calls import Call
from fini.errors import (
    AnswerLost,
    AnswerUnreadable,
    CallRefused,
    GatewayKeyReplaced,
    GatewayUnreachable,
    PreparedTooLongAgo,
    TooManyCalls,
)
from fini.models import Batch
from fini.refusals import Refusal
from fini.services import connections as gateway_connections
from fini.services import leases
from fini.services.leases import Held, LeaseLost
from fini.services.listing import Pages
from fini.services.sending import (
    arrays,
    claims,
    closings,
    decisions,
    looking_up,
    outcomes,
    unclear,
)
from fini.services.sending.arrays import Array
from fini.wire.answers import Answer
from portal import secrets
from portal.exchange.errors import ExchangeError
from portal.stopping import is_stopping

logger = logging.getLogger(__name__)
# Seconds between the intent's commit and the call: a worker that is held up in between
# may be taken for dead by then, and must send nothing more.
OPENED_WITHIN = 2.0
BUSY_FOR = 60  # seconds that FINI is left alone when it says that we ask too much
LONGEST_BUSY = 600  # however long it says: an IPO closes meanwhile
ANEW = 3  # times in a row that an array is prepared anew at once
STOPPED = "The portal’s worker was told to stop."
CANNOT_OPEN = "The private key of the FINI profile cannot be opened. Nothing was sent."


class Client(Pages, Protocol):
    """What of `fini.client.Client` a batch needs; what it prepares is its own."""

    def cover(self, call: Call) -> Any: ...

    def prepare(self, call: Call, request_id: str, made: Any) -> Any: ...

    def send(self, prepared: Any) -> Answer: ...


def run(pk: uuid.UUID) -> None:
    """Do what can be done for the batch now, unless another worker does."""
    if is_stopping() or (held := claims.claim(pk)) is None:
        return
    with leases.renewed(held):
        batch = Batch.objects.select_related(
            "participant", "profile__participant", "profile__company_id"
        ).get(pk=pk)
        try:
            _work(held, batch)
        except LeaseLost:
            logger.warning("the sending of %s is another's by now", pk)
        except (OperationalError, InterfaceError):
            raise  # no defect of ours, and nothing could be written of it
        except Exception:
            _tell_of_crash(held, batch)
            raise


def _work(held: Held, batch: Batch) -> None:
    unclear.recover_before(held, batch)
    try:
        client = gateway_connections.client_of(batch.profile)
        with in_turn() as line:
            failed = looking_up.resolve_due(held, batch, client)
            decisions.withdraw_moot(held, batch)
            Sender(held, batch, client, line).send_all()
        if failed is not None:
            raise failed
    except TooManyCalls as no:
        wait = min(int(no.retry_after or BUSY_FOR), LONGEST_BUSY)
        closings.put_off(held, batch, no.sentence, wait)
    except (AnswerLost, AnswerUnreadable) as lost:
        asked_after = int(settings.FINI_QUERY_AFTER_SECONDS) + 1
        closings.put_off(held, batch, lost.sentence, asked_after)
    except ExchangeError as error:
        closings.put_off(held, batch, error.sentence)
    except Refusal as no:
        closings.put_off(held, batch, str(no))
    except secrets.CannotOpen:
        closings.put_off(held, batch, CANNOT_OPEN)
    else:
        closings.close(held, batch)


def _tell_of_crash(held: Held, batch: Batch) -> None:
    """The crash itself is what is raised and logged, also when this fails."""
    try:
        closings.put_off(held, batch, closings.DEFECT, crashed=True)
    except (LeaseLost, DatabaseError):
        logger.warning("nobody could be told that a batch was ended by a defect")


@contextmanager
def in_turn() -> Iterator[ThreadPoolExecutor]:
    """A thread that makes the calls, with a line to the database of its own."""
    with ThreadPoolExecutor(1, thread_name_prefix="fini-send") as line:
        try:
            yield line
        finally:
            line.submit(connections.close_all).result()


class Sender:
    """Sends what is queued of one batch, under one lease."""

    def __init__(
        self, held: Held, batch: Batch, client: Client, line: ThreadPoolExecutor
    ) -> None:
        self._held, self._batch = held, batch
        self._client, self._line = client, line
        self._anew = 0

    def send_all(self) -> None:
        """Until nothing is queued, or the worker is to stop. Raises LeaseLost, and
        what ended it: then everything is where the next try can find it."""
        array = arrays.take(self._held, self._batch)
        while array is not None:
            if is_stopping():
                return arrays.drop(self._held, array.sending, STOPPED)
            array = self._send(array) or arrays.take(self._held, self._batch)

    def _send(self, array: Array) -> Array | None:
        """One array sent and its outcome stored; the next one, if it is taken."""
        answering = self._called(array)
        if answering is None:
            return None
        ahead: Array | None = None
        try:
            try:
                if not is_stopping():
                    ahead = self._taken_ahead()
            finally:
                self._settle(array, answering)
        except ExchangeError as failed:
            if ahead is not None:
                arrays.drop(self._held, ahead.sending, failed.sentence)
            raise
        return ahead

    def _taken_ahead(self) -> Array | None:
        ahead = arrays.take(self._held, self._batch)
        return ahead and replace(ahead, made=self._client.cover(ahead.call))

    def _called(self, array: Array) -> "Future[Answer] | None":
        """The call under way; None where the array is to be prepared anew."""
        try:
            prepared = self._client.prepare(
                array.call, array.sending.request_id, array.made
            )
        except ExchangeError as failed:
            self._drop(array, failed)
            return None
        before = time.monotonic()
        arrays.open_(self._held, array)
        if self._held.lost.is_set():
            raise LeaseLost(str(self._held.pk))
        if time.monotonic() - before > OPENED_WITHIN:
            late = "The portal’s database was too slow: the request was not sent."
            self._drop(array, PreparedTooLongAgo(late))
            return None
        return self._line.submit(self._client.send, prepared)

    def _settle(self, array: Array, answering: "Future[Answer]") -> None:
        """Store what came of it; raise what leaves no hope for the next one."""
        held, batch = self._held, self._batch
        try:
            outcomes.store(held, batch, array, answering.result())
        except GatewayUnreachable as failed:
            self._drop(array, failed)
        except CallRefused as refused:
            outcomes.store_refusal(held, batch, array, refused)
            if isinstance(refused, GatewayKeyReplaced):
                self._once_more(refused)
            elif not outcomes.is_of_the_records(refused):
                raise
        except (AnswerLost, AnswerUnreadable) as lost:
            unclear.mark(held, batch, array.sending, lost.sentence)
            raise
        else:
            self._anew = 0
            closings.goes_well(batch)

    def _drop(self, array: Array, failed: ExchangeError) -> None:
        arrays.drop(self._held, array.sending, failed.sentence)
        if not isinstance(failed, PreparedTooLongAgo):
            raise failed
        self._once_more(failed)

    def _once_more(self, failed: ExchangeError) -> None:
        """What was not done is done anew at once, but not for ever."""
        self._anew += 1
        if self._anew >= ANEW:
            raise failed
