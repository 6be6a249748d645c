"""A system check: every configured submission window can be read."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from transfers.spec import windows
from transfers.spec.catalogue import FILE_IDS


@register
def check_windows(*_: object, **__: object) -> list[CheckMessage]:
    """transfers.E001, one for each entry of SUBMISSION_WINDOWS that is wrong."""
    configured: dict[str, str] = settings.SUBMISSION_WINDOWS
    return [
        Error(
            f"SUBMISSION_WINDOWS is wrong for {file_id}: {fault}.",
            hint="Write HBCNMAPP=07:00-16:30, one for each File ID, with commas.",
            id="transfers.E001",
        )
        for file_id, text in configured.items()
        if (fault := _fault(file_id, text))
    ]


def _fault(file_id: str, text: str) -> str:
    if file_id not in FILE_IDS:
        return "HKEX takes no such File ID"
    try:
        windows.parse(text)
    except ValueError as fault:
        return str(fault)
    return ""
