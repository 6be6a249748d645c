"""A list is walked from "0" to its end, and never in a circle."""

from collections.abc import Callable

import pytest

from fini.errors import AnswerUnreadable
from fini.wire import answers, paging
from fini.wire.answers import Answer


def page(cursor: str | None, code: str = "0") -> Answer:
    return answers.answer({"code": code, "nextCursor": cursor})


def asking(steps: dict[str, Answer], asked: list[str]) -> Callable[[str], Answer]:
    def ask(cursor: str) -> Answer:
        asked.append(cursor)
        return steps[cursor]

    return ask


@pytest.mark.ledger("FINI-20/P")
def test_every_page_is_asked_for_with_the_cursor_before_it() -> None:
    asked: list[str] = []
    steps = {"0": page("12"), "12": page("24"), "24": page(None)}
    assert len(list(paging.pages(asking(steps, asked)))) == 3
    assert asked == ["0", "12", "24"]


def test_a_failed_page_is_the_last() -> None:
    steps = {"0": page("12"), "12": page("24", code="500")}
    found = list(paging.pages(asking(steps, [])))
    assert [one.succeeded for one in found] == [True, False]


@pytest.mark.parametrize("back", ["12", "24"])
def test_a_circle_is_refused(back: str) -> None:
    steps = {"0": page("12"), "12": page("24"), "24": page(back)}
    with pytest.raises(AnswerUnreadable, match="leads back"):
        list(paging.pages(asking(steps, [])))


def test_a_list_without_end_is_refused() -> None:
    with pytest.raises(AnswerUnreadable, match="more than 50"):
        list(paging.pages(lambda cursor: page(str(int(cursor) + 1)), most=50))
