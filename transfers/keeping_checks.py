"""System checks: hand-over destinations that can work, years that are enough."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from transfers.destinations import named
from transfers.retention import LEAST_YEARS


@register
def check_destinations(*_: object, **__: object) -> list[CheckMessage]:
    """transfers.E002 for what can never work, transfers.W001 for an absent folder."""
    wrong = [
        Error(
            f"The hand-over destination {key} is wrong: {fault}.",
            hint="HAND_OVER_FOLDERS and HAND_OVER_STORAGES are in .env.example.",
            id="transfers.E002",
        )
        for key, fault in named.faults()
    ]
    absent = [
        Warning(
            f"The folder {folder} of the hand-over destination {key} is not there.",
            hint="Mount or make it; files wait for it and are tried again.",
            id="transfers.W001",
        )
        for key, folder in named.absent()
    ]
    return [*wrong, *absent]


@register
def check_retention(*_: object, **__: object) -> list[CheckMessage]:
    """transfers.E003."""
    least = LEAST_YEARS if settings.DEPLOYMENT == "real" else 1
    years: int = settings.RETENTION_YEARS
    if years >= least:
        return []
    return [
        Error(
            f"RETENTION_YEARS is {years}.",
            hint=f"Files are kept for {least} years at least here.",
            id="transfers.E003",
        )
    ]
