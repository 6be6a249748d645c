"""A pasted JWKS is compared with ours, and refused with a private part in it."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from fini.jwks_comparison import (
    MOST_KEYS,
    PRIVATE_MEMBERS,
    NotAJwks,
    compare,
    holds_private_members,
    read,
)
from tests.fini.builders import profile_key

ENDS = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
AGENT = profile_key("agent").public_jwk(ENDS)
MACHINE = profile_key("machine").public_jwk(ENDS)
OTHERS = {str(MACHINE["n"]): "the machine profile"}


def only(shown: dict[str, str | int]) -> str:
    [verdict] = compare([shown], [AGENT], OTHERS)[:1]
    return f"{verdict.status}: {verdict.sentence}"


def test_the_same_key_is_the_same() -> None:
    [verdict] = compare(read(json.dumps({"keys": [AGENT]})), [AGENT], OTHERS)
    assert (verdict.kid, verdict.status) == (AGENT["kid"], "ok")


@pytest.mark.ledger("FINI-01/P")
def test_the_machines_key_in_the_agent_profile_is_told() -> None:
    assert "a key of the machine profile" in only(MACHINE)


def test_a_strangers_key_is_told() -> None:
    assert only({**AGENT, "n": "AQAB"}).startswith("bad: It is no key of this profile")


def test_our_key_under_another_kid_is_told() -> None:
    assert "another kid" in only({**AGENT, "kid": "another"})


def test_our_key_with_another_end_is_told() -> None:
    assert "differs in exp" in only({**AGENT, "exp": 1})


def test_a_key_that_is_not_shown_is_told() -> None:
    verdicts = compare([MACHINE], [AGENT], OTHERS)
    assert verdicts[-1].sentence.startswith("Client Connect does not show this key")


@pytest.mark.parametrize("name", sorted(PRIVATE_MEMBERS))
def test_every_private_member_is_seen(name: str) -> None:
    assert holds_private_members(json.dumps({"keys": [{**AGENT, name: "AQAB"}]}))


@pytest.mark.ledger("FINI-02/P")
def test_a_whole_private_jwk_is_seen() -> None:
    whole = RSAKey.generate_key(2048, private=True).as_dict(private=True)
    assert holds_private_members(json.dumps({"keys": [whole]}))


@pytest.mark.parametrize(
    "text",
    [
        '{"keys": [{"kty": "RSA", "\\u0064": "AQAB"}]}',
        '{"keys": [{"kty": "RSA", "d": "AQAB"',
        '{"keys": [{"kty": "RSA", "\\u0064": "AQAB"',
        "{'kty': 'RSA', 'd': 'AQAB'}",
        '{"keys": [{"d": "AQAB", "d": null}]}',
        '{"kty": "RSA",\n "qi" : "AQAB"}',
    ],
)
def test_a_private_member_hides_in_no_spelling(text: str) -> None:
    assert holds_private_members(text)


def test_a_public_jwks_is_not_taken_for_a_private_one() -> None:
    assert not holds_private_members(json.dumps({"keys": [AGENT, MACHINE]}))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '{"keys": 3}', '{"keys": [3]}', "x" * 70_000, "[" * 9_999],
)
def test_what_is_no_jwks_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(NotAJwks, match=r"\.$"):
        read(text)


def test_too_many_keys_are_refused() -> None:
    with pytest.raises(NotAJwks, match="1 to 20 keys"):
        read(json.dumps({"keys": [AGENT] * (MOST_KEYS + 1)}))


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_any_json_is_read_or_refused(tree: object) -> None:
    text = json.dumps(tree)
    holds_private_members(text)
    with pytest.raises(NotAJwks):
        read(text)


@given(st.lists(st.dictionaries(st.text(), st.none() | st.text() | st.floats())))
def test_any_keys_are_compared(keys: list[dict[str, object]]) -> None:
    verdicts = compare(keys, [AGENT], OTHERS)
    assert len(verdicts) == len(keys) + 1
