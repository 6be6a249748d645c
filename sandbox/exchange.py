"""The whole exchange in one event loop: SFTP hosts, mailbox, control, console."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

from sandbox import hours, limits, views
from sandbox import settings as settings_module
from sandbox.accounts import Account, Accounts
from sandbox.attendance import LOGIN, Attendance
from sandbox.control import Control
from sandbox.dailyscript import DailyScript
from sandbox.faults import Faults
from sandbox.founding import read_host_key
from sandbox.gateway.desk import GatewayDesk
from sandbox.hktime import Clock
from sandbox.journal import Journal
from sandbox.keydesk import KeyDesk
from sandbox.layout import SandboxError, read_config, write_config
from sandbox.login import (
    ALGORITHMS,
    SHA1_SIGNATURES,
    SIGNATURES,
    Gate,
    signature_options,
)
from sandbox.mailbox import Mailbox
from sandbox.outages import Outage
from sandbox.publishing import Publisher
from sandbox.results import Clerk
from sandbox.sftp import EcpSftpServer

_TICK = 0.5


@dataclass
class Host:
    """One SFTP address of the exchange; `listener` None while its site is down."""

    platform: str
    site: str
    name: str
    address: str
    port: int
    host_key: str
    listener: asyncssh.SSHAcceptor | None = None
    signatures: tuple[str, ...] = ()


class Exchange:
    """All platforms, their state under one folder; `found` must have made it."""

    def __init__(
        self,
        state: Path,
        *,
        sftp_class: type[EcpSftpServer] = EcpSftpServer,
        **settings: Any,
    ) -> None:
        self.state = state
        self.config = read_config(state)
        self.settings = settings_module.load(state, **settings)
        self.sftp_class = sftp_class
        self.incoming = state / "incoming"
        self.clock = Clock(state)
        self.accounts = Accounts(state, self.clock)
        self.is_running = False
        self.gates: set[Gate] = set()
        self.faults = Faults(self._faults_changed)
        self.outages: list[Outage] = []
        self.hosts = [Host(**entry) for entry in self.config["hosts"]]
        self._adjusting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen everywhere; raises SandboxError naming a port that is taken."""
        self.journal = Journal(self.state)
        self.attendance = Attendance(self.state)
        self.keydesk = KeyDesk(self)
        self.publisher = Publisher(self)
        self.is_running = True
        self.script = DailyScript(self)
        self.clerk = Clerk(
            self.state,
            self.journal,
            self.accounts,
            self.settings,
            accepted=self.script.expect,
        )
        self.mailbox = Mailbox(self.journal, self.clock)
        self.gateway = GatewayDesk(self)
        self.control = Control(self)
        try:
            self.clerk.recover()
            for host in self.hosts:
                await self._listen(host)
            smtp = self.config["smtp"]
            smtp["port"] = await self.mailbox.start(smtp["host"], smtp["port"])
            await self.gateway.start()
            self.config["control"]["url"] = await self.control.start(
                self.config["control"]["url"]
            )
        except BaseException:
            await self.stop()
            raise
        self._save_ports()
        self._begin(self._tick())

    async def stop(self) -> None:
        """Drop every session and stop listening; pending results stay on disk."""
        for host in self.hosts:
            self._close(host)
        for gate in list(self.gates):
            gate.connection.abort()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.control.stop()
        await self.gateway.stop()
        await self.mailbox.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                for gate in list(self.gates):
                    await gate.connection.wait_closed()
        await self.clerk.stop()
        self.is_running = False
        self.attendance.close()
        self.journal.close()

    def is_down(self, host: Host, *, use_up: bool = False) -> bool:
        """Whether `site_down` is on for the host's site, or it is not needed yet."""
        if self._stands_by(host):
            return True
        if not self._is_switched_off(host.site, host):
            return False
        if use_up:
            self.faults.take("site_down", host=host.name)
        return True

    def _stands_by(self, host: Host) -> bool:
        """The secondary becomes active when the primary fails (Guide A §4.1.2)."""
        return (
            host.site == "secondary"
            and self.faults.peek("standby") is not None
            and not self._is_switched_off("primary", host)
        )

    def _is_switched_off(self, site: str, host: Host) -> bool:
        """Whether `site_down` holds for that site of the host's platform."""
        now = self.clock.now()
        if any(one.strikes(site, host.platform, now) for one in self.outages):
            return True
        named = None if site != host.site else host.name
        fault = self.faults.peek("site_down", host=named)
        if fault is None or fault.value not in (site, "both"):
            return False
        return fault.params.get("platform") in (None, host.platform)

    def locked_until(self, account: Account) -> float | None:
        """When RRS lets a locked login in again; None when it is not locked."""
        if account.platform != "RRS":
            return None
        now = self.clock.now().timestamp()
        since = now - 2 * limits.LOGIN_WINDOW
        return limits.locked_until(
            self.attendance.times(LOGIN, account.login, since), now
        )

    def is_open(self, account: Account) -> bool:
        """Whether it is service time, where service hours are imposed at all."""
        if self.settings.always_open and not self.faults.peek(
            "service_hours", account.login
        ):
            return True
        return self.keeps_hours(account)

    def keeps_hours(self, account: Account) -> bool:
        """Whether it is service time by the guides, imposed or not."""
        return hours.is_open(account, self.clock.now(), self.settings.holidays)

    def state_view(self) -> dict[str, Any]:
        """What the console shows and GET /control/state answers."""
        return views.state(self)

    async def adjust(self) -> None:
        """Bring listeners and sessions in line with `site_down`."""
        async with self._adjusting:
            for host in self.hosts:
                down = self.is_down(host)
                if down:
                    for gate in [g for g in self.gates if g.host is host]:
                        gate.connection.abort()
                if down and not self._only_closes(host):
                    self._close(host)
                elif host.listener is None:
                    await self._listen(host)
                elif host.signatures != self.signatures_of(host):
                    host.listener.update(**self._signing(host))

    def _only_closes(self, host: Host) -> bool:
        """Whether a host that is down still takes connections, to drop them."""
        fault = self.faults.peek("site_down", host=host.name)
        hows = {fault.params.get("how")} if fault is not None else set()
        now = self.clock.now()
        hows |= {
            o.how for o in self.outages if o.strikes(host.site, host.platform, now)
        }
        return hows == {"closed"} and not self._stands_by(host)

    def signatures_of(self, host: Host) -> tuple[str, ...]:
        """SHA-1 alone at RRS by a switch, as Guide B §2.1 lists nothing newer."""
        is_old = host.platform == "RRS" and self.faults.peek(
            "sha1_only", host=host.name
        )
        return SHA1_SIGNATURES if is_old else SIGNATURES

    def _signing(self, host: Host) -> dict[str, Any]:
        host.signatures = self.signatures_of(host)
        return signature_options(read_host_key(self.state, host.name), host.signatures)

    def _faults_changed(self) -> None:
        self._begin(self.adjust())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tick(self) -> None:
        """What happens by the exchange's clock alone."""
        while True:
            self.script.catch_up()
            if self.outages:
                await self.adjust()
            await asyncio.sleep(_TICK)

    def shift_clock(self, offset_seconds: float) -> None:
        """Move the clock, and let happen what lies between."""
        self.clock.shift(offset_seconds)
        self.script.clock_moved()

    async def _listen(self, host: Host) -> None:
        try:
            host.listener = await asyncssh.listen(
                host.address,
                host.port,
                server_factory=partial(Gate, self, host),
                config=None,
                encoding=None,
                password_auth=False,
                kbdint_auth=False,
                host_based_auth=False,
                gss_host=None,
                agent_forwarding=False,
                allow_pty=False,
                login_timeout=30,
                **ALGORITHMS,
                **self._signing(host),
            )
        except OSError as exc:
            raise SandboxError(
                f"Cannot listen on {host.address} port {host.port} for"
                f" {host.name}: {exc.strerror}. Is another sandbox running?"
            ) from None
        host.port = host.listener.get_port()

    @staticmethod
    def _close(host: Host) -> None:
        if host.listener is not None:
            host.listener.close()
            host.listener = None

    def _save_ports(self) -> None:
        for entry, host in zip(self.config["hosts"], self.hosts, strict=True):
            entry["port"] = host.port
        write_config(self.state, self.config)
