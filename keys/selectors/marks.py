"""Who marked what on an account's checklist, and when."""

from keys.models import ReadinessMark, SftpAccount


def marks_of(account: SftpAccount) -> dict[str, ReadinessMark]:
    """By item; one query."""
    rows = ReadinessMark.objects.filter(account=account).select_related("marked_by")
    return {row.item: row for row in rows}
