"""A month with moved clocks and an exchange that fails at random: what was there while
any site was up is kept, each file fetched once, and no rule of manners is broken.

SEED=… is another month; LONG=1 has beat look every half an hour instead of now and
then."""

import datetime as dt
import io
import os
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from keys import privatekeys
from keys.models import Platform
from portal import clock
from portal.activity.models import Activity, Kind
from portal.alerts.models import Alert
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Identity, Participant, User
from portal.tradingdays.calendar import Calendar, DayKind
from portal.tradingdays.models import OverrideKind, TradingDayOverride
from portal.tradingdays.selectors import calendar
from sandbox.inthread import SandboxThread
from tests.sandbox.conftest import WORKER
from tests.sandbox.distributed import (
    DAY,
    MINUTE,
    Distributed,
    Version,
    of_entry,
    of_row,
)
from tests.sandbox.fetch_rig import content_of, sha256
from tests.sandbox.passing import Passing, Span, outages
from tests.sandbox.renewing import Keyed, at
from tests.sandbox.rig import open_alerts
from tests.transfers import builders
from transfers.models import RetrievedFile, RetrievedStatus, Submission
from transfers.states import SubmissionStatus

S = RetrievedStatus
SEED = int(os.environ.get("SEED", "20240311"))
# Minutes between two looks of beat while nothing is due sooner.
STEP = (20, 40) if os.environ.get("LONG") == "1" else (330, 420)
CUTS = 0.15
FIRST, LAST = dt.date(2024, 3, 11), dt.date(2024, 4, 10)
TYPHOON, UNSEEN, DENIED, AGAIN = (dt.date(2024, 3, day) for day in (20, 14, 19, 22))
RESULT, IMAGE = "HBCNRSLT", "HBCNFIMG"
SUBMITTED = (("HBCNMAPP", 0), ("HBCNATBN", 0), ("HBCNLQBN", 1))
INTRADAY, DAILY = "RPI03_CXYZ_EXTRA.csv", "TP900_CXYZ_EXTRA.csv"


@pytest.fixture(autouse=True)
def _small_pairs(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    settings.RESULT_DEADLINE_SECONDS = 600
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))
    yield
    clock.move_to(0)


@pytest.fixture
def trading(transactional_db: None, alice: User) -> Calendar:
    """With a day that a typhoon took."""
    TradingDayOverride.objects.create(
        day=TYPHOON,
        kind=OverrideKind.CLOSED,
        reason="Typhoon",
        set_by=alice,
        set_at=clock.now(),
    )
    return calendar(FIRST, LAST)


@pytest.fixture
def box(tmp_path: Path, trading: Calendar) -> Iterator[SandboxThread]:
    """It keeps its hours, by the same calendar."""
    days = [FIRST + DAY * n for n in range((LAST - FIRST).days + 15)]
    shut = (DayKind.HOLIDAY, DayKind.CLOSED)
    closed = [day.isoformat() for day in days if trading.kind(day) in shut]
    with SandboxThread(
        tmp_path / "sandbox",
        block=40 + WORKER,
        always_open=False,
        holidays=closed,
    ) as running:
        yield running


@pytest.fixture
def accounts(
    box: SandboxThread, participant: Participant, ce_number: Identity, firm_id: Identity
) -> list[Keyed]:
    at(box, f"{FIRST} 06:40")
    made = [Keyed(box, participant, platform) for platform in Platform]
    box.script()
    return made


def moment(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), HONG_KONG)


def spans(chance: random.Random, trading: Calendar) -> list[Span]:
    """At random, but for the evenings of ECP that are told below, and for the last."""
    days = trading.trading_days(FIRST, LAST - DAY)
    told = {UNSEEN, DENIED, AGAIN}
    found = outages(chance, [day for day in days if day not in told], MINUTE * 60)
    found.append(Span("both", moment(UNSEEN, "18:40"), after(UNSEEN), "ECP"))
    found.append(Span("both", moment(DENIED, "20:30"), after(DENIED), "ECP"))
    return found


def after(day: dt.date) -> dt.datetime:
    return moment(day + DAY, "00:20")


class Month:
    """Who submits and what else is published, while the days pass."""

    def __init__(self, accounts: list[Keyed], trading: Calendar, user: User) -> None:
        self.chance = random.Random(SEED)
        self.given: dict[str, list[bytes]] = {INTRADAY: [], DAILY: []}
        self.trading = trading
        self.spans = spans(self.chance, trading)
        self.passing = Passing(accounts, trading, self.chance, STEP)
        self.box = accounts[0].box
        self._ecp = accounts[0].account
        self._user = user

    def live(self) -> None:
        self.box.outages(*(span.view() for span in self.spans))
        self.passing.live()
        for when, happens in sorted(self._plan(), key=lambda pair: pair[0]):
            self.passing.until(when, cuts=CUTS)
            happens()
        self.passing.until(end() - 240 * MINUTE, cuts=CUTS)
        self.passing.until(end())

    def _plan(self) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
        """Looks just before a site goes and before a day ends are made, as beat's
        would be: its looks lie seconds apart, not an hour."""
        for span in self.spans:
            yield span.since - MINUTE, self.passing.live
        for day in self.trading.trading_days(FIRST, LAST):
            yield moment(day, "10:00"), self._submit
            yield moment(day, "23:55"), self.passing.live
        for hour in ("18:46", "19:50"):
            yield moment(UNSEEN, hour), self.passing.live
        yield moment(DENIED, "18:30"), self._deny
        yield after(DENIED), self.box.reset_faults
        for hour in ("11:00", "13:00", "15:00"):
            yield moment(AGAIN, hour), lambda: self._publish(INTRADAY)
        for hour in ("11:00", "15:00"):
            yield moment(AGAIN, hour), lambda: self._publish(DAILY)

    def _submit(self) -> None:
        """A mapping file and two reports."""
        identities = list(self._ecp.participant.identities.order_by("kind"))
        for file_id, place in SUBMITTED:
            builders.submission(
                self._user,
                self._ecp,
                identities[place],
                content=_zip(self.chance.randbytes(500)),
                file_id=file_id,
                window_closes_at=clock.now() + 12 * 60 * MINUTE,
            )

    def _deny(self) -> None:
        self.box.faults(deny_read={"on": True, "name": f"{RESULT}_*"})

    def _publish(self, name: str) -> None:
        """A version of it, longer than those before."""
        content = b"x" * (len(self.given[name]) + 1)
        self.given[name].append(content)
        self.box.publish("CP00010", "CXYZ", name, content, "RRS")


def _zip(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("mapping.csv"), content)
    return packed.getvalue()


def end() -> dt.datetime:
    return moment(LAST + DAY, "03:20")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.ledger("ECP-22/P", "ECP-23/P", "ECP-25", "RAP-07", "RAP-08/P", "RRS-05")
@pytest.mark.ledger("RRS-06/P", "RAP-05")
def test_in_a_month_all_that_could_be_had_is_kept_once_and_with_manners(
    accounts: list[Keyed], trading: Calendar, alice: User
) -> None:
    print(f"SEED={SEED}")  # pytest shows it when the test fails
    month = Month(accounts, trading, alice)
    month.live()
    rows = {of_row(row): row for row in RetrievedFile.objects.all()}
    there = Distributed(month.box.distributed(), month.given)
    all_came(month, there)
    assert sorted(set(rows) - set(there.sha256)) == []
    could = there.could_be_fetched(trading, month.spans, end())
    kept = {version: row for version, row in rows.items() if row.status == S.KEPT}
    denied = f"{RESULT}_AAA000_{DENIED:%Y%m%d}.zip"
    assert [one for one in sorted(could - set(kept)) if one.name != denied] == []
    assert {version: row.sha256 for version, row in kept.items()} == {
        version: there.sha256[version] for version in kept
    }
    for row in kept.values():
        assert sha256(content_of(row)) == row.sha256
    each_once(month.box, rows)
    with_manners(month.box)
    losses_are_told(rows, there)


def all_came(month: Month, there: Distributed) -> None:
    """The script published all that it plans, and each submission was answered."""
    days = month.trading.trading_days(FIRST, LAST)
    planned = {
        (one["platform"], one["path"]) for day in days for one in month.box.planned(day)
    }
    came = {(version.platform, version.path) for version in there.sha256}
    assert planned <= came
    assert len(planned) > 100 * len(days)
    assert len([one for one in came if one[0] == "ECP"]) >= 7 * len(days)
    states = set(Submission.objects.values_list("status", flat=True))
    assert states == {SubmissionStatus.ACCEPTED}


def each_once(box: SandboxThread, rows: dict[Version, RetrievedFile]) -> None:
    """Opened and read once, by the exchange's own count; once more for each time that
    the line was cut under it. What was kept is told once."""
    found = box.counters()["participants"]["CP00010"]["downloads"]
    counts = {of_entry(entry, entry["platform"]): entry for entry in found}
    for version, row in rows.items():
        if row.status != S.KEPT:
            continue
        count = counts[version]
        assert count["whole"] >= 1, version
        assert count["opens"] == count["whole"] + count["partial"], version
        assert count["opens"] <= 1 + row.tries, version
    kept = [version for version, row in rows.items() if row.status == S.KEPT]
    twice = [version for version in kept if counts[version]["whole"] > 1]
    assert len(twice) <= len(kept) // 20
    told = Activity.objects.filter(
        kind=Kind.DOWNLOAD, status="Successful", endpoint="SFTP"
    )
    assert told.count() == len(kept)


def with_manners(box: SandboxThread) -> None:
    """RAP-05, RAP-08, RRS-05, RRS-06: nothing of it is to be seen at the exchange."""
    for login, found in box.counters()["accounts"].items():
        assert found["out_of_hours_logins"] == 0, login
        assert found["out_of_hours_opens"] == {}, login
        assert found["refused_logins"] == {}, login
        assert found["displaced"] == 0, login
        assert found["most_logins_in_five_minutes"] <= 4, login
        assert found["open_sessions"] == 0, login


def losses_are_told(rows: dict[Version, RetrievedFile], there: Distributed) -> None:
    """One was seen and denied until it was gone; two were never to be seen, and that
    nothing could be fetched was told."""
    lost = [row for row in rows.values() if row.status != S.KEPT]
    assert [(row.status, row.name) for row in lost] == [
        (S.VANISHED, f"{RESULT}_AAA000_{DENIED:%Y%m%d}.zip")
    ]
    assert {version.name for version in set(there.sha256) - set(rows)} == {
        f"{kind}_AAA000_{UNSEEN:%Y%m%d}.zip" for kind in (RESULT, IMAGE)
    }
    told = Counter(Alert.objects.values_list("kind", flat=True))
    assert told["files-at-risk"] == told["file-vanished"] == 1
    assert told["nothing-fetched"] >= 2
    assert open_alerts() == {"file-vanished"}
    evening = moment(UNSEEN, "18:40"), after(UNSEEN)
    silence = Alert.objects.filter(kind="nothing-fetched", raised_at__range=evening)
    assert silence.exists()
