"""{% load frame %}: icons, statuses, hashes, and the words for times and sizes."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import clock
from portal.pages import icons, words

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """{% icon "ok" %}: always beside a word."""
    return icons.svg(str(name))


@register.simple_tag
def status(state: str, word: str, plain: bool = False) -> SafeString:
    """{% status "ok" "Accepted" %}, {% status s word plain=True %}"""
    return format_html(
        '<span class="status" data-s="{}"{}>{}{}</span>',
        state,
        SafeString(" data-plain") if plain else "",
        icons.svg(icons.of_status(str(state), str(word))),
        word,
    )


@register.simple_tag
def live_mark() -> SafeString:
    """{% live_mark %}: the live dot of a card, and when the card was last right."""
    return format_html(
        '<span class="live" data-still data-live-mark>As of {}</span>',
        words.hk_time(clock.now()),
    )


@register.simple_tag(name="hash")
def hash_(value: str, copy: bool = True) -> SafeString:
    """{% hash sha256 %}: the head shrinks, the last 8 stay; the text has it whole."""
    if not value:
        return SafeString("")
    button = format_html(
        '<button class="copy" type="button" data-copy="{}"'
        ' aria-label="Copy {}… in full">{}</button>',
        value,
        value[:6],
        icons.svg("copy"),
    )
    return format_html(
        '<span class="hash"><span><b>{}</b><i>{}</i></span>{}</span>',
        value[:-8],
        value[-8:],
        button if copy else "",
    )


def _empty_for_none(words_of: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "" if value is None or value == "" else words_of(value)


def _when(at: dt.datetime) -> str:
    return words.hk_when(at, clock.today())


def _clock_time(at: dt.datetime) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>', words.hk_iso(at), words.hk_time(at)
    )


register.filter("hk_time", _empty_for_none(words.hk_time))
register.filter("hk_date", _empty_for_none(words.hk_date))
register.filter("hk_weekday", _empty_for_none(words.hk_weekday))
register.filter("hk_short_date", _empty_for_none(words.hk_short_date))
register.filter("hk_iso", _empty_for_none(words.hk_iso))
register.filter("hk_when", _empty_for_none(_when))
register.filter("time_tag", _empty_for_none(_clock_time))
register.filter("megabytes", _empty_for_none(words.megabytes))
register.filter("of_size", words.progress)
register.filter("duration", _empty_for_none(words.duration))
