"""Which RAP and RRS reports come on a trading day, and when: about 60 on each platform.

TP001, RPI03 and RX_AUDIT are HKEX's names (Guide C §3.1); the others are the sandbox's.
"""

import hashlib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.hktime import HONG_KONG
from sandbox.hours import is_trading
from sandbox.trees import CCMS_FOLDER

_DAY = timedelta(days=1)
_EARLIER = 15 * 60  # a report comes up to this many seconds before its time


@dataclass(frozen=True)
class Report:
    """`by` is the latest Hong Kong time as HH:MM, past 24:00 for the next morning's.

    `rap` is its folder at RAP; at RRS it lies in the CP's own, or in COMMON. A report
    of one platform alone lacks the other.
    """

    code: str
    by: str
    rap: str = ""
    is_at_rrs: bool = True
    is_for_all: bool = False
    is_monthly: bool = False
    is_intraday: bool = False
    extension: str = "csv"

    def name(self, customer: str, day: date) -> str:
        """TP001_CXYZ_20260302.csv; an intraday one bears its time as well."""
        parts = [self.code] if self.is_for_all else [self.code, customer]
        if self.is_monthly:
            parts.append(f"{day.replace(day=1) - _DAY:%Y%m}")
        else:
            parts.append(f"{day:%Y%m%d}")
        if self.is_intraday:
            parts.append(self.by.replace(":", ""))
        return f"{'_'.join(parts)}.{self.extension}"

    def at(self, day: date) -> datetime:
        """Not later than `by`, the same whenever it is asked for."""
        hour, minute = (int(part) for part in self.by.split(":"))
        midnight = datetime(day.year, day.month, day.day, tzinfo=HONG_KONG)
        text = f"{self.code}|{self.by}|{day.isoformat()}".encode()
        number = int.from_bytes(hashlib.sha256(text).digest()[:4], "big")
        return midnight + timedelta(
            hours=hour, minutes=minute, seconds=-(number % _EARLIER)
        )

    def is_due_on(self, day: date, holidays: Container[str]) -> bool:
        """Each trading day; the monthly ones on the first of a month."""
        if not is_trading(day, holidays):
            return False
        return not self.is_monthly or _is_first(day, holidays)


def _is_first(day: date, holidays: Container[str]) -> bool:
    earlier = (day.replace(day=1) + _DAY * n for n in range(day.day - 1))
    return not any(is_trading(one, holidays) for one in earlier)


def _evening() -> Iterator[Report]:
    """Clearing reports of the CP, a few every quarter of an hour from 18:30."""
    yield Report("TP001", "19:05", "DCASS")
    groups = (("TP", range(2, 11)), ("CA", range(1, 13)), ("MS", range(1, 12)))
    codes = [f"{stem}{number:03}" for stem, numbers in groups for number in numbers]
    for place, code in enumerate(codes):
        minutes = 18 * 60 + 45 + 5 * place
        extension = "txt" if code.startswith("MS") else "csv"
        by = f"{minutes // 60}:{minutes % 60:02}"
        yield Report(code, by, "DCASS", extension=extension)


def _risk() -> Iterator[Report]:
    """Pre-trade risk management: RPI03 through the day, the audit at its end."""
    for by in ("10:30", "11:45", "13:45", "15:15", "17:00"):
        yield Report("RPI03", by, "DCASS_OTHERS", is_intraday=True)
    yield Report("RX_AUDIT", "20:15", "DCASS_OTHERS", extension="zip")
    yield Report("RX_AUDIT_AHT", "25:45", "DCASS_OTHERS", extension="zip")
    for number in range(1, 9):
        by = f"{17 + number // 4}:{number % 4 * 15:02}"
        yield Report(f"RR{number:03}", by, "DCASS_OTHERS", extension="csv")


def _collateral() -> Iterator[Report]:
    """CCMS, at RAP alone: six of the CP's, six for everybody."""
    for number in range(1, 7):
        by = f"{8 + 2 * number}:30"
        yield Report(f"CC{number:03}", by, CCMS_FOLDER, is_at_rrs=False)
        yield Report(
            f"CG{number:03}",
            f"{9 + 2 * number}:00",
            CCMS_FOLDER,
            is_at_rrs=False,
            is_for_all=True,
            extension="json" if number == 1 else "csv",
        )


def _for_all_at_rrs() -> Iterator[Report]:
    for number in range(1, 13):
        yield Report(f"CM{number:03}", f"{8 + number}:10", is_for_all=True)


def _monthly() -> Iterator[Report]:
    for number in range(1, 4):
        by = f"08:{15 * number:02}"
        yield Report(f"MT{number:03}", by, "DCASS", is_monthly=True, extension="zip")
    yield Report("CCM01", "09:30", CCMS_FOLDER, is_at_rrs=False, is_monthly=True)


REPORTS = (
    *_evening(),
    *_risk(),
    *_collateral(),
    *_for_all_at_rrs(),
    *_monthly(),
)


def between(
    since: datetime, until: datetime, holidays: Container[str]
) -> list[tuple[datetime, date, Report]]:
    """What comes after `since` and not after `until`: when, of which trading day."""
    first = since.astimezone(HONG_KONG).date() - _DAY
    days = (until.astimezone(HONG_KONG).date() - first).days
    found = [
        (report.at(day), day, report)
        for day in (first + _DAY * n for n in range(days + 1))
        for report in REPORTS
        if report.is_due_on(day, holidays)
    ]
    return sorted(
        (entry for entry in found if since < entry[0] <= until),
        key=lambda entry: (entry[0], entry[2].code),
    )
