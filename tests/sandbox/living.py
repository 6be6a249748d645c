"""Days that pass at the portal and at the sandbox: what beat and a worker do on each,
and what must hold at its end."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from keys import tasks
from keys.models import KeyRenewal, Login, LoginOutcome, RenewalPolicy, SftpAccount
from keys.renewal_states import TO_PROVE
from keys.selectors.keys import current_key
from portal import clock
from tests.sandbox.renewing import Keyed, at
from transfers.models import Visit, VisitOutcome

LET_IN = LoginOutcome.LET_IN
DAY = dt.timedelta(1)
DAYS_BEFORE = 30
NEAR = (DAYS_BEFORE + 2) * DAY


class Living:
    """Accounts whose keys are renewed 30 days before their end, and the day it is.

    `stride` is how many days pass in one step while no end is near.
    """

    def __init__(self, accounts: list[Keyed], first: dt.date, stride: int) -> None:
        self.box = accounts[0].box
        self.accounts = accounts
        self.day = first
        self._began = clock.now()
        self._stride = stride * DAY
        for keyed in accounts:
            RenewalPolicy.objects.create(
                account=keyed.account, is_enabled=True, days_before=DAYS_BEFORE
            )

    def until(self, last: dt.date) -> None:
        """Live through the days before this one; each of them must hold."""
        while self.day < last:
            for hour in self._hours():
                self.live(hour)
                self.hold()
            self.day = min(self._next(), last)

    def live(self, hour: str = "12:00") -> None:
        """Beat's jobs of keys, and a visit to each account."""
        at(self.box, f"{self.day} {hour}")
        self._began = clock.now()
        _pauses_are_over()
        tasks.watch_expiries()
        tasks.renew_due()
        for keyed in self.accounts:
            _ask(keyed)
            keyed.visit()
        tasks.watch_expiries()

    def hold(self) -> None:
        for keyed in self.accounts:
            _hold(keyed, self._began)

    def outage(self, keyed: Keyed) -> None:
        """No host of the account's platform answers, until a visit has met with it:
        none is made while RAP or RRS is closed."""
        self.box.faults(site_down={"site": "both", "platform": keyed.platform.value})
        unreachable = _visits(keyed).filter(outcome=VisitOutcome.NOT_REACHABLE)
        while not unreachable.exists():
            self.live()
            self.day += DAY
        self.box.reset_faults()

    def _hours(self) -> list[str]:
        """Noon, and the minutes around the midnight in which a key ends."""
        ends = {v.expires_on for keyed in self.accounts for v in keyed.slots() if v}
        first = ["00:01"] if self.day in ends else []
        last = ["23:58"] if self.day + DAY in ends else []
        return [*first, "12:00", *last]

    def _next(self) -> dt.date:
        """Tomorrow, or as far as nothing can happen before it."""
        calm_until = min(_calm_until(keyed, self.day) for keyed in self.accounts)
        return max(self.day + DAY, min(self.day + self._stride, calm_until))


def due_on(keyed: Keyed) -> dt.date:
    """The day on which the policy renews the key in use."""
    current, _ = keyed.slots()
    assert current
    return current.expires_on - DAYS_BEFORE * DAY


def counted(keyed: Keyed) -> dict[str, Any]:
    """What the sandbox holds against the account, and the keys that it got."""
    found = keyed.box.account(keyed.account.login_id)
    names = ("refused", "displaced", "key_uploads_blocked", "locked_until")
    uploads = ("key_uploads_accepted", "key_uploads_rejected")
    return {name: found[name] for name in (*names, *uploads)}


def _calm_until(keyed: Keyed, day: dt.date) -> dt.date:
    current, renewed = keyed.slots()
    return current.expires_on - NEAR if current and not renewed else day


def _ask(keyed: Keyed) -> None:
    """Each visit has something to do: a login that shows whether it works."""
    SftpAccount.objects.filter(pk=keyed.account.pk).update(test_asked_at=clock.now())


def _pauses_are_over() -> None:
    """Those between two tries are the machine's time, which the clocks do not move."""
    KeyRenewal.objects.filter(status__in=TO_PROVE).update(
        prove_next_at=clock.real_now()
    )


def _hold(keyed: Keyed, began: dt.datetime) -> None:
    """A visit since then went well; the key that the next would use was let in, or
    is now, whether the portal would come at this hour or not; both sides know the same
    keys until the same days."""
    visits = _visits(keyed).filter(started_at__gte=began)
    assert not visits.exclude(outcome=VisitOutcome.DONE).exists()
    chosen = current_key(keyed.account)
    assert chosen, f"{keyed.account} has no key on {clock.today()}"
    logins = Login.objects.filter(key=chosen, outcome=LET_IN, at__gte=began)
    works = logins.exists() or keyed.lets_in(chosen)
    assert works, f"{keyed.account} is shut out on {clock.today()}"
    assert _slots_here(keyed) == keyed.slots_there(), f"on {clock.today()}"


def _visits(keyed: Keyed) -> QuerySet[Visit]:
    return Visit.objects.filter(account=keyed.account)


def _slots_here(keyed: Keyed) -> dict[str, Any]:
    """As the sandbox would say it."""
    return {
        name: held
        and {
            "created_on": str(held.works_from),
            "expires_on": str(held.expires_on),
            "fingerprint": held.fingerprint,
        }
        for name, held in keyed.slots()._asdict().items()
    }
