"""The system check that the activity triggers are in the database."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from portal.activity import triggers


def check_triggers(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """activity.E001; database-tagged: runs with `check --database default` and in
    migrate. `refuse_unsafe_start` asks `triggers.missing()` itself."""
    return [
        Error(
            "The database would let activity rows be changed: missing "
            + ", ".join(absent)
            + ".",
            hint="`manage.py migrate --skip-checks` puts the triggers back. Then run "
            "`manage.py verify_activity` to learn whether rows were changed.",
            id="activity.E001",
        )
        for alias in databases or ()
        if (absent := triggers.missing(alias))
    ]
