"""What happens backstage: time passes over the board, and files are kept."""

import datetime as dt

from portal import clock
from portal.exchange.hktime import hk_time
from portal.people.models import Participant
from tests.transfers import expected_builders as builders
from transfers.models import ExpectedFile
from transfers.services import boards


def pass_to(pattern: str, minutes: int) -> None:
    """Judge the board as if it were so many minutes after the deadline of a rule."""
    row = ExpectedFile.objects.filter(rule__name_pattern=pattern).latest("day")
    boards.judge(row.due_at + dt.timedelta(minutes=minutes))


def comes(name: str) -> None:
    """Kept today, and seen by the next tick."""
    harbour = Participant.objects.get(code="CP00010")
    builders.retrieved(harbour, name, clock.now(), day=clock.today())
    boards.judge(clock.now())


def habit(days: int = 40) -> None:
    """RPI03 at 19:01 on each of the last days."""
    harbour = Participant.objects.get(code="CP00010")
    evening = hk_time(clock.now()).replace(hour=19, minute=1, second=0)
    for day in range(1, days + 1):
        kept = evening - dt.timedelta(day)
        builders.retrieved(harbour, f"RPI03_{kept:%Y%m%d}.csv", kept, day=kept.date())
