"""How often a company and a machine may call, and how often they did.

Limits are the real gateway's on real machines, so they keep real time, not the
exchange's clock.
"""

from collections import deque
from http import HTTPStatus

from sandbox.gateway.wire import Failed

SECONDS = 60.0


class Window:
    """The calls of the last minute, of one company or one machine."""

    def __init__(self) -> None:
        self._came: deque[float] = deque()
        self._taken: deque[float] = deque()
        self.most = 0

    def came(self, now: float) -> None:
        """A call, whatever becomes of it."""
        _forget(self._came, now)
        self._came.append(now)
        self.most = max(self.most, len(self._came))

    def waits(self, now: float, limit: int) -> float:
        """Seconds until there is room for a call, 0 when there is; limit 0 is none."""
        _forget(self._taken, now)
        if not limit or len(self._taken) < limit:
            return 0.0
        return self._taken[-limit] + SECONDS - now

    def take(self, now: float) -> None:
        """A call that was let through."""
        self._taken.append(now)


class Budget:
    """480 a minute a company and 60 a machine by default (notes.md); 0 is no limit."""

    def __init__(self, company_limit: int, machine_limit: int) -> None:
        self.company_limit = company_limit
        self.machine_limit = machine_limit
        self.forget()

    def forget(self) -> None:
        """Count anew."""
        self.throttled = 0
        self.companies: dict[str, Window] = {}
        self.machines: dict[str, Window] = {}

    def spend(self, company_id: str, machine_uuid: str, now: float) -> None:
        """Count a call; raises Failed (429) beyond a limit. `now` is monotonic."""
        company = self.companies.setdefault(company_id, Window())
        machine = self.machines.setdefault(machine_uuid, Window())
        for window in (company, machine):
            window.came(now)
        wait = max(
            company.waits(now, self.company_limit),
            machine.waits(now, self.machine_limit),
        )
        if wait > 0:
            self.throttled += 1
            raise Failed(
                HTTPStatus.TOO_MANY_REQUESTS,
                sentence="Too many requests.",
                Retry_After=str(int(wait) + 1),
            )
        for window in (company, machine):
            window.take(now)

    def view(self) -> dict[str, object]:
        """`most_a_minute` are the most calls that ever came within one minute."""
        return {
            "limits": {"company": self.company_limit, "machine": self.machine_limit},
            "throttled": self.throttled,
            "most_a_minute": {
                "companies": {name: w.most for name, w in self.companies.items()},
                "machines": {name: w.most for name, w in self.machines.items()},
            },
        }


def _forget(times: deque[float], now: float) -> None:
    while times and now - times[0] >= SECONDS:
        times.popleft()
