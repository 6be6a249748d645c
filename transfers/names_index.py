"""The trigram index over the names of distributed files, on both databases.

SQLite: an FTS5 table beside ours, numbered by `place`, kept in step by triggers.
PostgreSQL: a GIN index. Both are put in place after every migrate, because SQLite
drops triggers when a migration rebuilds the table.
"""

from django.db import connections

from transfers.models import RetrievedFile

TABLE = RetrievedFile._meta.db_table
INDEX = "transfers_names"
LEAST = 3  # characters of a term that a trigram index can look for
_FTS = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(name, content='{TABLE}',"
    " content_rowid='place', tokenize='trigram')"
)
_TAKE_IN = f"INSERT INTO {INDEX}(rowid, name) VALUES (NEW.place, NEW.name)"  # noqa: S608
_TAKE_OUT = (
    f"INSERT INTO {INDEX}({INDEX}, rowid, name)"  # noqa: S608
    " VALUES ('delete', OLD.place, OLD.name)"
)
_TRIGGERS = {
    "transfers_names_added": f"AFTER INSERT ON {TABLE} BEGIN {_TAKE_IN}; END",
    "transfers_names_gone": f"AFTER DELETE ON {TABLE} BEGIN {_TAKE_OUT}; END",
    "transfers_names_moved": f"AFTER UPDATE OF name, place ON {TABLE}"
    f" BEGIN {_TAKE_OUT}; {_TAKE_IN}; END",
}


def install(using: str = "default") -> None:
    """Idempotent; what was written while a part was missing is indexed anew."""
    if connections[using].vendor == "postgresql":
        _install_postgresql(using)
    elif missing(using):
        _install_sqlite(using)


def remove(using: str = "default") -> None:
    """For what fills the table with very many rows, and installs it afterwards."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
            return
        for name in _TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")


def missing(using: str = "default") -> set[str]:
    """The SQLite parts that are not there."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{INDEX}%"]
        )
        return {INDEX, *_TRIGGERS} - {name for (name,) in cursor.fetchall()}


def has_table(using: str) -> bool:
    """Whether the table is there, and as far as this index needs it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return False
        columns = connection.introspection.get_table_description(cursor, TABLE)
    return "place" in {column.name for column in columns}


def matching(words: list[str]) -> str:
    """An FTS5 query for names that contain every word; a word is never syntax."""
    quoted = [word.replace('"', '""') for word in words]
    return " AND ".join(f'"{word}"' for word in quoted)


def _install_sqlite(using: str) -> None:
    remove(using)
    with connections[using].cursor() as cursor:
        cursor.execute(_FTS)
        cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')")  # noqa: S608
        for name, act in _TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER {name} {act}")


def _install_postgresql(using: str) -> None:
    """The expression is the one that Django asks `icontains` with."""
    with connections[using].cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE}"
            " USING gin (upper(name) gin_trgm_ops)"
        )
