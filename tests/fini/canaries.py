"""People nobody has ever heard of, and where their names and numbers may not stand.

`Canary` gives the values; `sung(text)` which of them a text or some bytes hold, in any
spelling that a program writes; `at_rest()` all that the portal keeps.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import redis
from django.conf import settings
from django.db import connection

from fini.identity_numbers import normalised
from fini.persons import Person

# With right check digits, so that nothing warns; each word is found nowhere else.
PEOPLE = (
    Person("1", "HKG", "Q738291(6)", "QUIXWOLD ZEBEDEEN", "鷓鴣鷸"),
    Person("1", "HKG", "Q738304(1)", "JABBERWICK OSSIAN", "鸕鶿鸝"),
    Person("1", "HKG", "Q738317(3)", "VEXILLARIO PHLOXE", "鷦鷯鶺"),
)


def values() -> list[str]:
    """What no one may write down."""
    return [
        value
        for one in PEOPLE
        for value in (
            one.number,
            normalised(one.number),
            *one.name_english.split(),
            one.name_chinese,
        )
    ]


def sung(content: bytes | str, known: list[str] | None = None) -> set[str]:
    """Which values stand in it, in whichever spelling."""
    found = content.encode() if isinstance(content, str) else content
    lowered = found.lower()
    return {
        value
        for value in known or values()
        if any(spelt.lower() in lowered for spelt in spellings(value))
    }


def spellings(value: str) -> set[bytes]:
    plain = value.encode()
    words = {
        value,
        quote(value),
        quote_plus(value),
        json.dumps(value).strip('"'),
        repr(value).strip("'"),
        value.replace("(", "&#40;"),
    }
    return {word.encode() for word in words} | {
        value.encode("utf-16-le"),
        value.encode("utf-16-be"),
        value.encode("big5", "ignore") or plain,
        plain.hex().encode(),
        *_in_base64(plain),
    }


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """At each of the three places at which it may stand in a longer text; the ends
    depend on the neighbours, and are left off."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain + bytes(3))
        middle = encoded[4 : 4 * ((before + len(plain)) // 3)]
        if len(middle) >= 8:  # shorter ones stand anywhere by chance
            yield middle


def at_rest() -> dict[str, bytes]:
    """By name: the files under VAR_DIR, the tables, and what is in Redis."""
    return {**_files(Path(settings.VAR_DIR)), **_tables(), **_redis()}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _tables() -> dict[str, bytes]:
    """Row by row, as text: of PostgreSQL there are no files to read."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[f"table {table}"] = b"\n".join(_spoken(r) for r in cursor.fetchall())
    return found


def _spoken(row: tuple[object, ...]) -> bytes:
    return b"\t".join(
        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
        for cell in row
    )


def _redis() -> dict[str, bytes]:
    """What waits in the broker, and every throttle."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    try:
        return {
            f"redis {key!r}": repr((key, client.dump(key))).encode()
            + _members(client, key)
            for key in client.keys("*")
        }
    finally:
        client.close()


def _members(client: redis.Redis, key: Any) -> bytes:
    """A dump may be compressed; these are not."""
    kind = client.type(key)
    members: list[Any] = []
    if kind == b"list":
        members = client.lrange(key, 0, -1)
    elif kind == b"hash":
        members = [part for pair in client.hgetall(key).items() for part in pair]
    elif kind == b"string":
        members = [client.get(key) or b""]
    return b"\n".join(members)
