"""Fills the Download Corner with files that look as HKEX's do."""

import datetime as dt
import itertools
import random
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

ECP = [
    ("HBCNMPRP", "BCAN-CID Response File"),
    ("HBCNRSLT", "BCAN-CID Process Result File"),
    ("HBCNFIMG", "BCAN Full Image File"),
    ("HBCNATRP", "Aggregated Transaction Report Response File"),
    ("HBCNATRSLT", "Aggregated Transaction Report Result File"),
    ("HBCNBCRP", "BCAN Change Report Response File"),
]
RAP = [(f"RPI{n:02}", f"Intraday report {n}") for n in range(20)] + [
    (f"TP{n:03}", f"Position report {n}") for n in range(30)
]
LAST_DAY = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
A_DAY = 1_100  # files
BATCH = 20_000  # a longer write-ahead log is slow to search
MINUTE, WEEK = dt.timedelta(minutes=1), dt.timedelta(days=8)


def fill(files: int) -> dict[str, str]:
    """Answers the values that the queries name."""
    from portal.people.models import Identity, IdentityKind, Participant
    from tests.keys.views import builders
    from transfers.models import RetrievedFile

    at = Participant.objects.get(code="CP00010")
    account = builders.account(at, "ECP")
    kinds = {
        "ce": (IdentityKind.CE_NUMBER, "AAA000"),
        "firm": (IdentityKind.FIRM_ID, "00000"),
        "dcass": (IdentityKind.DCASS_CUSTOMER_CODE, "DCXYZ001"),
        "old": (IdentityKind.CE_NUMBER, "OLD111"),
    }
    identities = {
        name: Identity.objects.get_or_create(participant=at, kind=kind, code=code)[0]
        for name, (kind, code) in kinds.items()
    }
    common = {
        "participant_id": at.pk,
        "facility_id": account.facility_id,
        "account_id": account.pk,
    }
    random.seed(4)
    _write(_rows(files, common, identities))
    half = RetrievedFile.objects.order_by("place").values_list("place", flat=True)
    named = {name: str(identity.pk) for name, identity in identities.items()}
    return {**named, "deep": str(half[files // 2])}


def _rows(
    files: int, common: dict[str, Any], identities: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Oldest first: what each row has besides the defaults."""
    days = files // A_DAY + 1
    for number in range(files):
        day_number, of_day = divmod(number, A_DAY)
        age = days - day_number
        seen_at = LAST_DAY - dt.timedelta(age) + of_day * MINUTE
        is_ecp = of_day % 2 == 0
        file_id, subject = (ECP if is_ecp else RAP)[of_day // 2 % (6 if is_ecp else 50)]
        if number % 200_000 == 101:
            file_id, subject, is_ecp = "RARE", "Rare report", False
        who = identities[_who(is_ecp, age > days * 0.8, of_day)]
        status = _status(number, of_day, age)
        is_kept = status == "kept"
        yield {
            **common,
            "id": uuid.UUID(int=number + 1),
            "platform": "ECP" if is_ecp else "RAP",
            "folder": "/download/HBCNMAPP" if is_ecp else "/download/DCASS",
            "name": f"{file_id}_{who.code}_{seen_at:%Y%m%d%H%M%S}_{of_day:04}.zip",
            "size": random.randint(100, 10**7),
            "modified_at": seen_at,
            "day": seen_at.date(),
            "file_id": file_id,
            "subject": subject,
            "identity_id": who.pk,
            "removed_at": seen_at + WEEK,
            "status": status,
            "seen_at": seen_at,
            "kept_at": seen_at if is_kept else None,
            "stored_key": f"{number:064x}",
            "sha256": f"{number:064X}",
            "purged_at": LAST_DAY if is_kept and age > days * 0.9 else None,
        }


def _who(is_ecp: bool, is_old: bool, of_day: int) -> str:
    if not is_ecp:
        return "dcass"
    if is_old and of_day % 4 == 0:
        return "old"
    return "ce" if of_day % 3 else "firm"


def _status(number: int, of_day: int, age: int) -> str:
    if age < 2 and of_day % 40 == 0:
        return "seen"
    return "vanished" if number % 331 == 0 else "kept"


def _prepared(rows: Iterator[dict[str, Any]], columns: Sequence[str]) -> Iterator[Any]:
    """The values as this database stores them; a model for each row is too slow."""
    from transfers.models import RetrievedFile
    from transfers.models.places import first_at

    fields = RetrievedFile._meta.concrete_fields
    defaults = RetrievedFile(seen_at=LAST_DAY, place=0)
    same = [
        field.get_db_prep_save(getattr(defaults, field.attname), connection)
        for field in fields
    ]
    at = {field.attname: (n, field) for n, field in enumerate(fields)}
    for number, row in enumerate(rows):
        row["place"] = first_at(row["seen_at"]) + number % 1000
        values = list(same)
        for name, value in row.items():
            position, field = at[name]
            values[position] = field.get_db_prep_save(value, connection)
        yield values


def _write(rows: Iterator[dict[str, Any]]) -> None:
    """As fast as each database takes them; the index over the names is made after."""
    from transfers import names_index
    from transfers.models import RetrievedFile

    columns = [str(field.column) for field in RetrievedFile._meta.concrete_fields]
    values, named = _prepared(rows, columns), ", ".join(columns)
    names_index.remove()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {names_index.TABLE} ({named}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            insert = f"INSERT INTO {names_index.TABLE} ({named}) VALUES ({marks})"
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -200000")
            while batch := list(itertools.islice(values, BATCH)):
                cursor.execute("BEGIN IMMEDIATE")
                cursor.executemany(insert, batch)
                cursor.execute("COMMIT")
    names_index.install()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM ANALYZE {names_index.TABLE}")
