"""The database itself refuses to change or remove activity rows (law 7).

Installed after every migrate, because SQLite drops the triggers when a migration
rebuilds the table. PostgreSQL refuses TRUNCATE as well.
"""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.activity.models import Activity

TABLE = Activity._meta.db_table
REFUSAL = "the activity log is append-only"
SQLITE = {
    "activity_no_update": f"BEFORE UPDATE ON {TABLE}",
    "activity_no_delete": f"BEFORE DELETE ON {TABLE}",
    # INSERT OR REPLACE removes a row without firing the DELETE trigger.
    "activity_no_replace": f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1"  # noqa: S608
    f" FROM {TABLE} WHERE id = NEW.id"
    " OR (chain_id = NEW.chain_id AND seq = NEW.seq))",
}
POSTGRESQL = {
    "activity_no_change": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW",
    "activity_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT",
}
FUNCTION = (
    "CREATE OR REPLACE FUNCTION activity_refuse() RETURNS trigger AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    " LANGUAGE plpgsql"
)


def install(using: str = "default") -> None:
    """Put the triggers in place, whatever was there before."""
    connection = connections[using]
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(FUNCTION)
        for name, event in _wanted(connection).items():
            cursor.execute(_drop(connection, name))
            act = (
                "EXECUTE FUNCTION activity_refuse()"
                if postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            cursor.execute(f"CREATE TRIGGER {name} {event} {act}")


def remove(using: str = "default") -> None:
    """Take the triggers away: for the tests' fixture and the runbook's last resort."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in _wanted(connection):
            cursor.execute(_drop(connection, name))


def missing(using: str = "default") -> list[str]:
    """The names of the triggers that are absent or switched off; [] while there is no
    table yet."""
    if not has_table(using):
        return []
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass"
        " AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        there = {name for (name,) in cursor.fetchall()}
    return sorted(set(_wanted(connection)) - there)


def has_table(using: str) -> bool:
    return TABLE in connections[using].introspection.table_names()


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def _drop(connection: BaseDatabaseWrapper, name: str) -> str:
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{on}"
