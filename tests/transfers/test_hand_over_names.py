"""Names for hand-overs: whatever HKEX calls a file, the result is safe and its own."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.hand_over_names import (
    PLACEHOLDERS,
    Told,
    WrongTemplate,
    check,
    distinct,
    folded,
    rendered,
)

ANYTHING = st.text(max_size=300)
HOSTILE = st.sampled_from(
    [
        *("..", ".", "", "/", "../../etc/passwd", "a/../../b", "\\\\host\\share", "~"),
        *("CON", "nul.txt", ".hidden", "x.sha256", "X.SHA256", "a\x00b", "a\nb"),
        *("\u202egpj.exe", "name ", "name.", "C:x", "-rf", "\ud800", "長" * 250),
    ]
)
NAMES = ANYTHING | HOSTILE
TEMPLATES = st.lists(
    st.sampled_from(
        [f"{{{word}}}" for word in PLACEHOLDERS] + ["x", "-", "/", " ", "."]
    ),
    max_size=8,
).map(lambda parts: "".join([*parts, "{name}"]))


def told(**fields: Any) -> Told:
    values: dict[str, Any] = {
        "participant": "CP00010",
        "platform": "RAP",
        "folder": "/download/DCASS",
        "file_id": "TP001",
        "identity": "AAA000",
        "day": dt.date(2026, 11, 23),
        "name": "TP001_20261123.csv",
        "key": "0123456789abcdef",
    }
    return Told(**{**values, **fields})


def test_the_default_is_platform_day_and_name() -> None:
    name = rendered("{platform}/{day}/{name}", told())
    assert name == "RAP/2026-11-23/TP001_20261123.csv"


def test_each_word_is_told() -> None:
    template = (
        "{year}{month}-{participant}/{folder}/{identity}_{file_id}/{stem}.{ending}"
    )
    assert rendered(template, told()) == (
        "202611-CP00010/download_DCASS/AAA000_TP001/TP001_20261123.csv"
    )


def test_what_hkexs_name_does_not_tell_is_other() -> None:
    nothing = told(file_id="", identity="")
    assert rendered("{file_id}/{identity}/{name}", nothing).startswith("other/other/")


@given(TEMPLATES, NAMES, NAMES, NAMES)
def test_a_name_never_leaves_its_folder(
    template: str, name: str, folder: str, identity: str
) -> None:
    try:
        check(template)
    except WrongTemplate:
        return
    made = rendered(template, told(name=name, folder=folder, identity=identity))
    parts = made.split("/")
    assert len(parts) == template.count("/") + 1
    for part in parts:
        assert part not in ("", ".", "..")
        assert not part.startswith(".")
        assert not set(part) & set('\x00\n\r\\:*?"<>|')
        assert len(part.encode()) + len(".sha256") < 255
    assert not made.casefold().endswith(".sha256")


@given(NAMES)
def test_the_same_file_has_the_same_name_each_time(name: str) -> None:
    one, other = told(name=name), told(name=name)
    assert rendered("{name}", one) == rendered("{name}", other)


@given(NAMES)
def test_a_name_that_is_taken_is_made_distinct(name: str) -> None:
    wanted = rendered("{platform}/{name}", told(name=name))
    other = distinct(wanted, "fedcba9876543210")
    assert folded(other) != folded(wanted)
    assert other.startswith("RAP/")
    assert "fedcba98" in other
    assert len(other.rpartition("/")[2].encode()) <= 209


def test_an_ending_is_kept_when_a_name_is_cut_or_made_distinct() -> None:
    long = rendered("{name}", told(name="x" * 400 + ".csv"))
    assert long.endswith(".csv")
    assert distinct("a/TP001.csv", "fedcba9876543210") == "a/TP001~fedcba98.csv"


def test_a_reported_checksum_is_not_taken_for_ours() -> None:
    assert rendered("{name}", told(name="TP001.sha256")) == "TP001.sha256_"


@pytest.mark.parametrize(
    "template",
    [
        *("", "x" * 201, "report.csv", "{day}", "{name", "name}", "{}", "{0}{name}"),
        *("{name!r}", "{name:>10}", "{name.__class__}", "{name[0]}", "{path}/{name}"),
        *("../{name}", "/{name}", "{name}/", "a//{name}", ". ./{name}", "ä{name}"),
        *("a\\{name}", "~$x/{name}", "1/2/3/4/5/6/{name}", "{{x}}{name}"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(template: str) -> None:
    with pytest.raises(WrongTemplate, match=r"\.$"):
        check(template)
