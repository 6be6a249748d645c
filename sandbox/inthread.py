"""The sandbox in a thread of a test's own process, with blocking calls."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sandbox import counters, outages, views
from sandbox.accounts import Account, parse_account
from sandbox.exchange import Exchange
from sandbox.founding import found
from sandbox.gateway import listings
from sandbox.gateway.founding import found_gateway
from sandbox.keydesk import turn_key
from sandbox.layout import config_path
from sandbox.sftp import EcpSftpServer

T = TypeVar("T")


class SandboxThread:
    """A context manager; the sandbox is made on free ports if `state` has none.

    `gateway` gives it a FINI API Gateway as well, unless it has one.
    """

    def __init__(
        self,
        state: Path,
        *,
        block: int = 0,
        sftp_class: type[EcpSftpServer] = EcpSftpServer,
        answer_seconds: float = 0.05,
        gateway: bool = False,
        **settings: Any,
    ) -> None:
        if not config_path(state).exists():
            found(
                state,
                port=0,
                control_port=0,
                smtp_port=0,
                block=block,
                key_bits=2048,
                one_key=True,
            )
        if gateway:
            found_gateway(state, port=0)
        self._make = partial(
            Exchange,
            state,
            sftp_class=sftp_class,
            answer_seconds=answer_seconds,
            **settings,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self.exchange = self._wait(self._start())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._wait(self.exchange.stop())
        finally:
            self._end()

    @property
    def hosts(self) -> list[dict[str, Any]]:
        """ECP's four as in sandbox.json, with the real ports, primary first."""
        return self.hosts_of("ECP")

    def hosts_of(self, platform: str) -> list[dict[str, Any]]:
        """A platform's four, primary first."""
        hosts: list[dict[str, Any]] = self.exchange.config["hosts"]
        return [host for host in hosts if host["platform"] == platform]

    @property
    def control_url(self) -> str:
        """http://127.0.0.1:<port>."""
        return str(self.exchange.config["control"]["url"])

    @property
    def token(self) -> str:
        """The control API's bearer token."""
        return str(self.exchange.config["control"]["token"])

    @property
    def gateway(self) -> dict[str, str]:
        """url, aud, token_path and ca (a path) of the gateway."""
        found: dict[str, str] = dict(self.exchange.config["gateway"])
        return found | {"ca": str(self.exchange.state / found["ca"])}

    @property
    def smtp(self) -> tuple[str, int]:
        """Host and port of the mailbox."""
        smtp = self.exchange.config["smtp"]
        return smtp["host"], smtp["port"]

    def receptions(self) -> list[dict[str, Any]]:
        """Every reception, oldest first, as GET /control/receptions gives it."""
        found = self.call(self.exchange.journal.receptions)
        return [reception.public_view() for reception in found]

    def faults(self, **wanted: Any) -> None:
        """Merge switches: faults(fail_write=3, result="none")."""
        self.call(lambda: self.exchange.faults.merge(wanted))
        self._wait(self.exchange.adjust())

    def reset_faults(self) -> None:
        """All switches off."""
        self.call(self.exchange.faults.reset)
        self._wait(self.exchange.adjust())

    def register(self, **fields: Any) -> Account:
        """Register an account; fields as in POST /control/accounts."""
        account = parse_account(fields)
        return self.call(lambda: self.exchange.accounts.save(account))

    def turn_key(self, **wanted: Any) -> Account:
        """register, renew or revoke a key; fields as in POST /control/keys."""
        return self.call(lambda: turn_key(self.exchange.accounts, wanted))

    def set_addresses(self, login: str, remote_ips: list[str]) -> Account:
        """Register other remote addresses (at RAP and RRS the whole CP's)."""
        accounts = self.exchange.accounts
        return self.call(lambda: accounts.set_addresses(login, remote_ips))

    def account(self, login: str) -> dict[str, Any]:
        """Slots and counts, as GET /control/accounts/<login> gives them."""
        return self.call(lambda: views.account(self.exchange, login))

    def publish(
        self,
        participant: str,
        folder: str,
        name: str,
        content: bytes = b"",
        platform: str = "ECP",
        **more: Any,
    ) -> dict[str, Any]:
        """Put a file into a participant's download folder; as publish_many.

        With `size=` (and `seed=`) its content is generated instead.
        """
        file = {"participant": participant, "folder": folder, "name": name}
        given = more if {"size", "text"} & set(more) else more | {"content": content}
        return self.publish_many([file | {"platform": platform} | given])[0]

    def publish_many(self, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """All or none; fields as in POST /control/publish, content also as bytes."""
        return self._wait(self.exchange.publisher.publish(files))

    def distributed(self) -> list[dict[str, Any]]:
        """Everything ever distributed, as GET /control/distributed gives it."""
        return self._wait(self.exchange.publisher.distributed())

    def counters(self) -> dict[str, Any]:
        """What was counted, as GET /control/counters gives it."""
        return self.call(lambda: counters.view(self.exchange))

    def shift_clock(self, offset_seconds: float) -> None:
        """Move the exchange's clock; the daily script has caught up on return."""
        self.call(lambda: self.exchange.shift_clock(offset_seconds))
        self._wait(self.exchange.adjust())

    def script(self, *, on: bool = True, days_back: float = 0) -> dict[str, Any]:
        """Switch the daily script, on from so many days ago."""
        self.call(lambda: self.exchange.script.switch(on=on, days_back=days_back))
        return self.call(self.exchange.script.view)

    def planned(self, day: date) -> list[dict[str, Any]]:
        """What the daily script publishes on a trading day: path, at, sha256 …"""
        return self.call(lambda: self.exchange.script.planned(day))

    def outages(self, *schedule: dict[str, Any]) -> None:
        """Sites down from `since` until `until`, in place of those before."""
        self.exchange.outages = outages.parse(schedule)
        self._wait(self.exchange.adjust())

    def register_company(self, **fields: Any) -> dict[str, Any]:
        """A company at the gateway; fields as in POST /control/gateway/companies."""
        return self.call(lambda: self.exchange.gateway.register(fields))

    def gateway_faults(self, **wanted: Any) -> None:
        """Merge the gateway's switches: gateway_faults(cut={"stage": "after"})."""
        self.call(lambda: self.exchange.gateway.merge_faults(wanted))

    def gateway_counters(self) -> dict[str, Any]:
        """What the gateway counted, as GET /control/gateway/counters gives it."""
        return self.call(lambda: listings.counters(self.exchange.gateway.gateway))

    def gateway_records(self, **wanted: Any) -> dict[str, Any]:
        """As POST /control/gateway/records: ipo_id, company_id, limit, persons."""
        gateway = self.exchange.gateway
        return self.call(lambda: listings.records(gateway.gateway, **wanted))

    def mails(self) -> list[dict[str, Any]]:
        """The mailbox, oldest first."""
        return self.call(self.exchange.mailbox.mails)

    def call(self, work: Callable[[], T]) -> T:
        """Run something small in the sandbox's own thread."""

        async def run() -> T:
            return work()

        return self._wait(run())

    async def _start(self) -> Exchange:
        exchange = self._make()
        await exchange.start()
        return exchange

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
