"""The gateway as a part of the exchange: starts it, and does what control asks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.gateway import ipos, listings
from sandbox.gateway.companies import spelt_out
from sandbox.gateway.founding import addressed
from sandbox.gateway.funding import save_funding
from sandbox.gateway.line import Line
from sandbox.gateway.service import Gateway
from sandbox.layout import SandboxError

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_LIMITS = {"company", "machine"}


class GatewayDesk:
    """A sandbox that was made without a gateway runs without one."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._config: dict[str, str] | None = exchange.config.get("gateway")
        self._gateway: Gateway | None = None
        self._line: Line | None = None

    @property
    def gateway(self) -> Gateway:
        """The gateway; raises SandboxError when this sandbox has none."""
        if self._gateway is None:
            raise SandboxError(
                "This sandbox has no gateway: `python -m sandbox init` gives it one."
            )
        return self._gateway

    @property
    def is_there(self) -> bool:
        """Whether it runs."""
        return self._gateway is not None

    async def start(self) -> None:
        """Listen where the config says; raises SandboxError."""
        if self._config is None:
            return
        folder = self._exchange.state / "gateway"
        clock, settings = self._exchange.clock, self._exchange.settings
        self._gateway = Gateway(folder, clock, settings, self._config["aud"])
        self._line = Line(self._gateway, folder)
        wanted = urlsplit(self._config["url"]).port or 0
        port = await self._line.start(wanted)
        if port != wanted:
            self._config |= addressed(f"https://127.0.0.1:{port}")
            self._gateway.audience = self._config["aud"]

    async def stop(self) -> None:
        """Answer no more."""
        if self._line is not None:
            await self._line.stop()
        if self._gateway is not None:
            self._gateway.stop()

    def routes(self) -> dict[tuple[str, str], Callable[[Any], Any]]:
        """What the control API can ask for."""
        return {
            ("GET", "gateway"): lambda _: self.view(),
            ("GET", "gateway/counters"): lambda _: listings.counters(self.gateway),
            ("DELETE", "gateway/counters"): lambda _: self.forget(),
            ("POST", "gateway/companies"): self.register,
            ("POST", "gateway/ipos"): self.save_ipos,
            ("POST", "gateway/status"): self.set_status,
            ("POST", "gateway/fundings"): self.save_fundings,
            ("POST", "gateway/records"): lambda w: listings.records(self.gateway, **w),
            ("POST", "gateway/faults"): self.merge_faults,
            ("DELETE", "gateway/faults"): lambda _: self.gateway.faults.reset(),
            ("POST", "gateway/limits"): self.set_limits,
            ("POST", "gateway/key"): lambda _: self.replace_key(),
        }

    def view(self) -> dict[str, Any]:
        """Everything but the records."""
        return {**(self._config or {}), **listings.overview(self.gateway)}

    def register(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """A company with its profiles, in place of the one before."""
        return self.gateway.register(spelt_out(wanted)).view()

    def merge_faults(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Switches; what is on now."""
        self.gateway.faults.merge(wanted)
        return self.gateway.faults.view()

    def forget(self) -> None:
        """Count anew; the limits' windows begin anew too."""
        listings.forget(self.gateway)

    def set_limits(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Calls a minute of a company and of a machine, until the program ends."""
        if not set(wanted) <= _LIMITS or any(
            type(one) is not int or one < 0 for one in wanted.values()
        ):
            raise SandboxError("Limits are company and machine, from 0 (none).")
        budget = self.gateway.budget
        budget.company_limit = wanted.get("company", budget.company_limit)
        budget.machine_limit = wanted.get("machine", budget.machine_limit)
        return budget.view()

    def replace_key(self) -> dict[str, str]:
        """Another RSA key; the public one as crypto meta gives it."""
        self.gateway.key.replace()
        return {"public_key": self.gateway.key.public}

    def save_ipos(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """One IPO, or several under `ipos`."""
        with self.gateway.store.transaction():
            for one in wanted.get("ipos", [wanted]):
                ipos.save_ipo(self.gateway.store, one)
        return {"ipos": listings.ipos(self.gateway)}

    def set_status(self, wanted: dict[str, Any]) -> dict[str, Any]:
        ipos.set_status(self.gateway.store, wanted["ipo_id"], str(wanted["status"]))
        return {"ipos": listings.ipos(self.gateway)}

    def save_fundings(self, wanted: dict[str, Any]) -> dict[str, Any]:
        with self.gateway.store.transaction():
            for one in wanted["fundings"]:
                save_funding(self.gateway.store, str(wanted["company_id"]), one)
        return {"fundings": listings.fundings(self.gateway)}
