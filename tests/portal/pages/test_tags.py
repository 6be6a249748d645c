"""The tags of {% load frame %}."""

from django.template import Context, Template

from portal.pages import icons


def drawn(source: str, **names: object) -> str:
    return Template("{% load frame %}" + source).render(Context(names))


def test_every_name_of_the_design_has_its_icon() -> None:
    for name in icons.NAMES:
        svg = icons.svg(name)
        assert svg.startswith("<svg")
        assert 'aria-hidden="true"' in svg
        assert "style=" not in svg


def test_a_status_is_icon_word_and_state() -> None:
    html = drawn('{% status "ok" "Accepted 13:37" %}')
    assert html.startswith('<span class="status" data-s="ok"><svg')
    assert html.endswith("</svg>Accepted 13:37</span>")


def test_a_plain_status_says_so() -> None:
    assert " data-plain>" in drawn('{% status "bad" "Expired" plain=True %}')


def test_a_status_word_is_escaped() -> None:
    assert "&lt;b&gt;" in drawn('{% status "bad" word %}', word="<b>")


def test_what_is_over_wears_a_dash_and_what_waits_a_clock() -> None:
    assert icons.of_status("idle", "Withdrawn 14:00") == "off"
    assert icons.of_status("idle", "Queued") == "wait"


def test_a_hash_stays_whole_in_the_text_with_its_last_eight_apart() -> None:
    html = drawn("{% hash value %}", value="C140394C2E15D373" * 4)
    assert "<i>2E15D373</i>" in html
    assert 'data-copy="' + "C140394C2E15D373" * 4 + '"' in html


def test_nothing_is_told_of_a_time_that_never_came() -> None:
    assert drawn("{{ at|hk_when }}{{ at|time_tag }}{% hash at %}", at=None) == ""
