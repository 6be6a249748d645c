"""Walking a list of FINI's from its first page to its end."""

from collections.abc import Callable, Iterator

from fini import names
from fini.wire.answers import Answer
from fini.wire.json_text import unreadable

MOST_PAGES = 10_000


def pages(ask: Callable[[str], Answer], most: int = MOST_PAGES) -> Iterator[Answer]:
    """Every page, each asked for with the cursor of the one before.

    A page that failed is the last. Raises AnswerUnreadable when a cursor comes twice
    or the list does not end: the next page would be one we have had.
    """
    cursor, had = names.FIRST_CURSOR, set[str]()
    while len(had) < most:
        page = ask(cursor)
        yield page
        if page.next_cursor is None or not page.succeeded:
            return
        had.add(cursor)
        cursor = page.next_cursor
        if cursor in had:
            raise unreadable("its list leads back to a page that was read")
    raise unreadable(f"its list has more than {most:,} pages")
