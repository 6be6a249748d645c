"""What happens backstage: a batch that ended long ago, and the worker that erases."""

import datetime as dt

from fini.models import Erasure
from fini.persons import Person
from fini.services import erasures
from fini.states import SubscriptionStatus
from portal.people.models import Participant
from tests.fini import people_builders as people

LONG = Person("1", "HKG", "AB987654(3)", "WONG " + "ALEXANDRA " * 6, "司徒" + "黃" * 12)


def ended(person: str = "CHAN", records: int = 3) -> str:
    """In January 2020, a batch of one person; answers its last record's path."""
    harbour = Participant.objects.get(code="CP00010")
    batch = people.batch(harbour, dt.date(2020, 1, 15))
    told = {"CHAN": people.CHAN, "TAM": people.TAM, "LONG": LONG}[person]
    statuses = (SubscriptionStatus.RECORDED, SubscriptionStatus.REFUSED)
    rows = [
        people.record(batch, told, status=statuses[number % 2])
        for number in range(records)
    ]
    return f"/p/CP00010/fini/people/{rows[-1].pk}/"


def erase() -> None:
    for row in Erasure.objects.filter(status="approved"):
        erasures.run(row.pk)
