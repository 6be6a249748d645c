"""A portal beside a gateway that is a process of its own, and a profile known to both.

What runs in the portal's own processes is called by name; see tests.browser.site.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.founding import found
from sandbox.gateway.founding import found_gateway
from tests.browser.site import ROOT, Site

STARTS_WITHIN = 30.0


class Gateway:
    """The sandbox that it is part of, by its control API."""

    def __init__(self, state: Path) -> None:
        self._state = state

    @property
    def environment(self) -> dict[str, str]:
        told = self._told()["gateway"]
        return {
            "FINI_SANDBOX_URL": told["url"],
            "FINI_SANDBOX_CA_FILE": str(self._state / told["ca"]),
        }

    def call(self, method: str, path: str, body: Any = None) -> Any:
        control = self._told()["control"]
        request = urllib.request.Request(
            f"{control['url']}/control/gateway/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {control['token']}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self.call("GET", "counters")
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self._state / "sandbox.json").read_text())
        return told


@contextmanager
def running(per_machine: int, per_company: int = 0) -> Iterator[tuple[Site, Gateway]]:
    """With so many requests a minute permitted on both sides; 0 is without a limit."""
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as folder:
        state = Path(folder)
        found(state, port=0, control_port=0, smtp_port=0, block=120, key_bits=2048)
        found_gateway(state, port=0)
        command = [sys.executable, "-m", "sandbox", "serve", "--state", folder]
        child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            gateway = Gateway(state)
            gateway.wait()
            limits = {"machine": per_machine, "company": per_company}
            gateway.call("POST", "limits", limits)
            ours = {
                "FINI_PER_MACHINE": str(per_machine),
                "FINI_PER_COMPANY": str(per_company),
            }
            with Site(LOG_LEVEL="ERROR", **gateway.environment, **ours) as site:
                site.call("tests.browser.scenes:cast")
                gateway.call(
                    "POST", "companies", site.call("bench.gateway_site:profile")
                )
                yield site, gateway
        finally:
            child.terminate()
            child.wait(10)


def profile() -> dict[str, Any]:
    """In the portal: a profile that may subscribe; what the gateway is told of it."""
    from portal.people.models import Identity, IdentityKind, Participant
    from tests.fini import batch_builders, sending_builders

    participant = Participant.objects.get(code="CP00010")
    participant.approval_required = False
    participant.save()
    Identity.objects.get_or_create(
        participant=participant, kind=IdentityKind.FIRM_ID, code=sending_builders.FIRM
    )
    made = sending_builders.profile(participant)
    batch_builders.ipo(made, sending_builders.IPO)
    return sending_builders.company(made)


def work(site: Site, module: str, *arguments: object) -> Any:
    """What `module --worker` prints, in a process of the portal's own."""
    command = [sys.executable, "-m", module, "--worker", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=site.environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout)
