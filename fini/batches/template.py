"""The empty file to download and fill in."""

from fini.batches.columns import Column

# No example row: it would be sent with the rest some day.
NAME = "subscriptions.csv"


def template() -> bytes:
    """The heading alone, with the mark that makes Excel read it as UTF-8."""
    heading = ",".join(column.value for column in Column)
    return f"{heading}\r\n".encode("utf-8-sig")
