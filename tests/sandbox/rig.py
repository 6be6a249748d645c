"""What a test says to the portal and the sandbox, in few words."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from keys.models import SftpAccount
from portal import clock
from portal.alerts.models import Alert
from portal.people.models import Identity, User
from sandbox.inthread import SandboxThread
from tests.sandbox.zips import good_zip
from tests.transfers import builders
from transfers.models import Submission
from transfers.visit.run import run


class Rig:
    """One account with its queue, and the exchange it is sent to."""

    def __init__(
        self, box: SandboxThread, account: SftpAccount, user: User, identity: Identity
    ) -> None:
        self.box = box
        self.account = account
        self._user = user
        self._identity = identity

    def queue(self, size: int = 1000, **fields: Any) -> Submission:
        """A good file in the queue, its window open till late."""
        self.make_due()
        window = clock.now() + dt.timedelta(hours=20)
        return builders.submission(
            self._user,
            self.account,
            self._identity,
            content=good_zip(size),
            **{"window_closes_at": window, **fields},
        )

    def make_due(self) -> None:
        SftpAccount.objects.filter(pk=self.account.pk).update(
            visit_due_at=clock.real_now()
        )

    def visit(self) -> None:
        """What a worker does when it is woken."""
        self.make_due()
        run(self.account.pk)

    def visit_until(self, true: Callable[[], bool], within: float = 30) -> bool:
        """Visit again and again, as beat's sweep does; False when it never is."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            self.visit()
            if true():
                return True
            time.sleep(0.2)
        return False

    def received(self) -> Counter[str]:
        """How often the exchange has received each content, by SHA-256."""
        return Counter(one["sha256"] for one in self.box.receptions())


def state(submission: Submission) -> str:
    submission.refresh_from_db()
    return submission.status


def open_alerts() -> set[str]:
    return set(Alert.objects.filter(resolved_at=None).values_list("kind", flat=True))
