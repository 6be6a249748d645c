"""A sealed value opens for its own row under its own key, and in no other way."""

import uuid

import pytest
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import strategies as st

from portal import secrets

OLD, NEW = b"o" * 32, b"n" * 32
HERE = secrets.context("keys_sshkey", uuid.UUID(int=1), "private_key")


@given(plaintext=st.binary(max_size=200), bound_to=st.text(max_size=40))
def test_what_is_sealed_opens_as_it_was(plaintext: bytes, bound_to: str) -> None:
    try:
        bound_to.encode()
    except UnicodeEncodeError:
        return
    assert secrets.open(secrets.seal(plaintext, bound_to), bound_to) == plaintext


def test_a_flipped_bit_in_any_byte_does_not_open() -> None:
    sealed = secrets.seal(b"a private key", HERE)
    for place in range(len(sealed)):
        for bit in range(8):
            damaged = bytearray(sealed)
            damaged[place] ^= 1 << bit
            with pytest.raises(secrets.CannotOpen):
                secrets.open(bytes(damaged), HERE)


def test_a_value_cut_at_any_length_does_not_open() -> None:
    sealed = secrets.seal(b"a private key", HERE)
    for length in range(len(sealed)):
        with pytest.raises(secrets.CannotOpen):
            secrets.open(sealed[:length], HERE)


def test_a_longer_value_does_not_open() -> None:
    with pytest.raises(secrets.CannotOpen):
        secrets.open(secrets.seal(b"x", HERE) + b"\0", HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        secrets.context("keys_jwk", uuid.UUID(int=1), "private_key"),
        secrets.context("keys_sshkey", uuid.UUID(int=2), "private_key"),
        secrets.context("keys_sshkey", uuid.UUID(int=1), "passphrase"),
    ],
)
def test_a_value_moved_elsewhere_does_not_open(elsewhere: str) -> None:
    with pytest.raises(secrets.CannotOpen, match="bound to another row"):
        secrets.open(secrets.seal(b"x", HERE), elsewhere)


def test_sealing_twice_differs() -> None:
    assert secrets.seal(b"x", HERE) != secrets.seal(b"x", HERE)


def test_the_plaintext_is_not_in_it() -> None:
    assert b"a private key" not in secrets.seal(b"a private key", HERE)


def test_the_first_key_seals_and_the_older_ones_still_open() -> None:
    with override_settings(MASTER_KEYS=[OLD]):
        old = secrets.seal(b"old", HERE)
    with override_settings(MASTER_KEYS=[NEW, OLD]):
        new = secrets.seal(b"new", HERE)
        assert secrets.open(old, HERE) == b"old"
    with override_settings(MASTER_KEYS=[NEW]):
        assert secrets.open(new, HERE) == b"new"


def test_a_key_that_is_not_in_the_ring_is_named_as_the_reason() -> None:
    with override_settings(MASTER_KEYS=[OLD]):
        old = secrets.seal(b"old", HERE)
    with (
        override_settings(MASTER_KEYS=[NEW]),
        pytest.raises(secrets.CannotOpen, match="not configured"),
    ):
        secrets.open(old, HERE)


def test_a_given_key_seals_for_itself_alone() -> None:
    sealed = secrets.seal_with(NEW, b"x", HERE)
    with pytest.raises(secrets.CannotOpen, match="not configured"):
        secrets.open(sealed, HERE)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        secrets.seal_with(b"short", b"x", HERE)


@pytest.mark.parametrize(
    "parts", [("a|b", "1", "c"), ("a", "1|2", "c"), ("a", "1", ""), ("", "1", "c")]
)
def test_two_contexts_never_read_alike(parts: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="part of the context"):
        secrets.context(*parts)


def test_a_memoryview_opens_as_a_binary_field_gives_it() -> None:
    sealed = memoryview(secrets.seal(b"x", HERE))
    assert secrets.open(sealed, HERE) == b"x"  # type: ignore[arg-type]


def test_derived_keys_differ_by_purpose_and_from_the_sealing_key() -> None:
    keys = {secrets.derive("a"), secrets.derive("b"), secrets.derive("seal")}
    assert len(keys | {secrets._subkey(NEW)}) == 4


def test_derived_keys_come_from_the_last_of_the_ring() -> None:
    with override_settings(MASTER_KEYS=[OLD]):
        before = secrets.derive("activity chain")
    with override_settings(MASTER_KEYS=[NEW, OLD]):
        assert secrets.derive("activity chain") == before
