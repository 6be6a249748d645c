"""One profile, the gateway that it is registered at, and the batches sent to it."""

import time
from collections.abc import Callable
from typing import Any

from fini.models import Batch, Profile
from fini.services.sending.run import run
from portal.alerts.models import Alert
from sandbox.inthread import SandboxThread
from tests.fini import sending_builders as builders


class Rig:
    def __init__(self, box: SandboxThread, profile: Profile) -> None:
        self.box = box
        self.profile = profile

    def batch(self, records: int = 3, **fields: Any) -> Batch:
        return builders.batch(self.profile, records, **fields)

    def fault(self, **wanted: Any) -> None:
        self.box.gateway_faults(**wanted)

    def send(self, batch: Batch) -> dict[str, int]:
        """What a worker does when its time has come; the records' states after it."""
        Batch.objects.filter(pk=batch.pk).update(send_next_at=None)
        run(batch.pk)
        batch.refresh_from_db()
        return builders.states(batch)

    def send_until(self, true: Callable[[], bool], batch: Batch) -> bool:
        """Again and again, as beat's sweep does; False when it never is."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            self.send(batch)
            if true():
                return True
            time.sleep(0.1)
        return False

    def there(self, **wanted: Any) -> dict[str, Any]:
        """What the gateway itself counts of the IPO."""
        return self.box.gateway_records(ipo_id=builders.IPO, **wanted)


def open_alerts() -> set[str]:
    return set(Alert.objects.filter(resolved_at=None).values_list("kind", flat=True))
