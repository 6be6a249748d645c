"""After a reception: judged when due, answered by .rcvd or .rej (Guide A §4.4)."""

import asyncio
import base64
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from sandbox.accounts import Accounts
from sandbox.faults import Fault, Faults
from sandbox.journal import Delivery, Journal, Reception
from sandbox.rejection import Rejection
from sandbox.rules import (
    ANOTHER_RESULT,
    CONTENT_LOST,
    CUT_SHORT,
    judge,
)
from sandbox.settings import Settings


def plan(
    fault: Fault | None, content: Fault | None, settings: Settings, now: float
) -> list[Delivery]:
    """Which results will be made and when, decided once, at the reception."""
    params: dict[str, Any] = dict(fault.params) if fault else {}
    kind = params.pop("kind", "proper")
    if content:
        params["base64"] = content.value
    wait = settings.answer_seconds
    due = now + wait
    if kind == "none":
        return []
    if kind == "late":
        return [Delivery(now + params.get("seconds", 60), "proper", params)]
    if kind == "double":
        again = Delivery(
            due + params.get("seconds", wait), params.get("second", "same"), params
        )
        return [Delivery(due, "proper", params), again]
    return [Delivery(due, kind, params)]


class Clerk:
    """Makes the results; what a kill interrupts is taken up again at the next start."""

    def __init__(
        self,
        state: Path,
        journal: Journal,
        accounts: Accounts,
        settings: Settings,
        accepted: Callable[[Reception], None],
    ) -> None:
        self._incoming = state / "incoming"
        self._kept = state / "kept"
        self._journal = journal
        self._accounts = accounts
        self._settings = settings
        self._accepted = accepted
        self._work: set[asyncio.Task[None]] = set()

    def recover(self) -> None:
        """Take up results still due, and clear uploads that nobody finished."""
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        pending = {d.reception_id: None for d in self._journal.undelivered()}
        awaited = {self._journal.reception(number).spool for number in pending}
        for leftover in self._incoming.iterdir():
            if leftover.name not in awaited:
                leftover.unlink()
        for number in pending:
            self._take_up(self._journal.reception(number))

    def receive(self, reception: Reception, faults: Faults) -> Reception:
        """Write the reception down, durably, and set its results going."""
        scope = reception.login, reception.host
        due = plan(
            faults.take("result", *scope),
            faults.take("result_bytes", *scope),
            self._settings,
            time.time(),
        )
        recorded = self._journal.record(reception, due)
        self._take_up(recorded)
        return recorded

    async def stop(self) -> None:
        """Leave what is not done for the next start."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def _take_up(self, reception: Reception) -> None:
        task = asyncio.create_task(self._answer(reception))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _answer(self, reception: Reception) -> None:
        due = self._journal.undelivered(reception.id)
        if not due:
            self._journal.settle(reception.id, "withheld", None, None)
            self._put_away(reception)
        for delivery in due:
            await asyncio.sleep(max(0.0, delivery.due_at - time.time()))
            verdict = await self._verdict(reception, delivery)
            self._deliver(reception, delivery, verdict)

    async def _verdict(
        self, reception: Reception, delivery: Delivery
    ) -> Rejection | None:
        settled = self._journal.reception(reception.id)
        if settled.outcome != "pending":
            return (
                Rejection(settled.code, settled.reason or "") if settled.code else None
            )
        if delivery.variant == "reject":
            code = delivery.params.get("code", "9000")
            verdict: Rejection | None = Rejection(
                code, delivery.params.get("reason", "[sandbox] Rejected on request")
            )
        else:
            verdict = await asyncio.to_thread(self._judge, reception)
        outcome = "rejected" if verdict else "accepted"
        code, reason = (verdict.code, verdict.reason) if verdict else (None, None)
        with self._journal.transaction():
            self._journal.settle(reception.id, outcome, code, reason)
            if verdict is None:
                self._accepted(reception)
        self._put_away(reception)
        return verdict

    def _judge(self, reception: Reception) -> Rejection | None:
        account = self._accounts.find(reception.login)
        spool = self._incoming / reception.spool
        if reception.cut_short:
            return CUT_SHORT
        if account is None or not spool.exists():
            return CONTENT_LOST
        at = datetime.fromisoformat(reception.received_at)
        folder = reception.path.split("/")[2]
        return judge(reception.file_name, folder, spool, account, at, self._settings)

    def _put_away(self, reception: Reception) -> None:
        spool = self._incoming / reception.spool
        if self._settings.keep_content and spool.exists():
            self._kept.mkdir(mode=0o700, exist_ok=True)
            shutil.move(spool, self._kept / f"{reception.id}-{reception.sha256}")
        spool.unlink(missing_ok=True)

    def _deliver(
        self, reception: Reception, delivery: Delivery, verdict: Rejection | None
    ) -> None:
        if delivery.variant == "other":
            verdict = None if verdict else ANOTHER_RESULT
        content = verdict.line() if verdict else f"{reception.sha256}\r\n".encode()
        if delivery.variant == "wrong" and verdict is None:
            other = hashlib.sha256(reception.sha256.encode()).hexdigest().upper()
            content = f"{other}\r\n".encode()
        if "base64" in delivery.params:
            content = base64.b64decode(delivery.params["base64"])
        at = datetime.fromisoformat(reception.received_at)
        names = result_names(reception.file_name, at, "rej" if verdict else "rcvd")
        folder = reception.path.rpartition("/")[0]
        owner = f"login:{reception.login}"
        self._journal.deliver(delivery, owner, folder, names, content, at)


def result_names(original: str, at: datetime, extension: str) -> Iterator[str]:
    """`<original>.<HHMMSS>[.<seq>].<extension>`, the next where one is taken.

    The key files' naming (Guide A §4.6.1), taken for submissions too; the time is
    the upload's.
    """
    stem = f"{original}.{at:%H%M%S}"
    yield f"{stem}.{extension}"
    for seq in count(1):
        yield f"{stem}.{seq}.{extension}"
