"""The console's parts of a page: frame, table, form; every value escaped."""

from collections.abc import Iterable
from html import escape
from typing import Any


class Html(str):
    """Markup of our own that is not escaped again."""

    __slots__ = ()


def page(title: str, body: str) -> str:
    """The frame of every page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Sandbox exchange</title>"
        '<link rel="stylesheet" href="/console.css"></head><body>'
        '<header><p><a href="/">Sandbox exchange</a></p></header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def table(caption: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table that scrolls by itself where it is too wide."""
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{cells}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )


def form(action: str, csrf: str, fields: str, *buttons: tuple[str, str]) -> str:
    """`buttons` are (text, name); the name is sent when that one was pressed."""
    made = "".join(
        f"<button{f' name={name} value=1' if name else ''}>{escape(text)}</button>"
        for text, name in buttons
    )
    return (
        f'<form method="post" action="{action}">'
        f'<input type="hidden" name="csrf" value="{csrf}">{fields}{made}</form>'
    )


def text_field(number: str, name: str, words: str, value: Any = "") -> str:
    """A label and its input."""
    return (
        f'<label for="{number}">{escape(words)}</label>'
        f'<input id="{number}" name="{name}" value="{escape(str(value))}">'
    )


def area_field(number: str, name: str, words: str) -> str:
    """A label and room for some lines."""
    return (
        f'<label for="{number}">{escape(words)}</label>'
        f'<textarea id="{number}" name="{name}" rows="6"></textarea>'
    )


def choice_field(
    number: str, name: str, words: str, choices: Iterable[str], value: Any = ""
) -> str:
    """A label and its menu."""
    options = "".join(
        f"<option{' selected' if str(value).lower() == choice.lower() else ''}>"
        f"{escape(choice)}</option>"
        for choice in choices
    )
    return (
        f'<label for="{number}">{escape(words)}</label>'
        f'<select id="{number}" name="{name}">{options}</select>'
    )


def moment(iso: str) -> str:
    """An ISO time without its fraction and offset."""
    return iso[:19].replace("T", " ")


def _cell(value: Any) -> str:
    return value if isinstance(value, Html) else escape(str(value))
