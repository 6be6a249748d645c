"""Hostile names: one clear sentence, and nothing is normalised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.spec import catalogue, names

ENTRY = catalogue.entry("HBCNMAPP")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../HBCNMAPP_AAA000_20240301.zip", "folder"),
        ("a/b.zip", "folder"),
        ("C:\\temp\\a.zip", "folder"),
        ("..", "folder"),
        ("HBCN\u202eMAPP_AAA000_20240301.zip", "U+202E"),
        ("HBCN\x00MAPP.zip", "U+0000"),
        ("HBCNMAPP_AAA000_20240301.zip\n", "U+000A"),
        ("HBCN\u200bMAPP.zip", "U+200B"),
        ("HBCN\ud800MAPP.zip", "U+D800"),
        ("", "no name"),
    ],
)
def test_a_hostile_name_is_refused_with_its_reason(name: str, says: str) -> None:
    assert says in names.hostile(name)


@pytest.mark.parametrize("name", ["HBCNMAPP_AAA000_20240301.zip", "香港.zip", "a b"])
def test_another_name_may_come_in(name: str) -> None:
    assert names.hostile(name) == ""


def test_unseen_characters_are_shown() -> None:
    assert names.visible("a\u202eb\nc") == "a<U+202E>b<U+000A>c"


def test_a_name_is_not_trimmed_or_folded() -> None:
    for name in (" HBCNMAPP_AAA000_20240301.zip", "HBCNMAPP_AAA000_20240301.zip "):
        with pytest.raises(names.BadName):
            names.parse(name, ENTRY)


@given(st.text(max_size=300))
def test_any_name_parses_or_is_bad(name: str) -> None:
    assert taken_apart(name) in {"", name}


def taken_apart(name: str) -> str:
    """The name put together again from its parts; "" for a bad one."""
    try:
        parsed = names.parse(name, ENTRY)
    except names.BadName:
        return ""
    return f"{parsed.file_id}_{parsed.code}_{parsed.day:%Y%m%d}.zip"


@given(st.text(max_size=300))
def test_a_sentence_about_any_name_is_printable(name: str) -> None:
    assert names.hostile(name).isprintable()
