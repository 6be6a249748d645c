"""What a host offers, held against what the portal speaks."""

import pytest

from keys.offers import compared, plain_words
from portal.exchange.algorithms import HKEX

RRS = {
    "kex": list(HKEX.kex),
    "ciphers": list(HKEX.ciphers),
    "macs": ["hmac-sha2-256"],
    "host_keys": ["ssh-rsa", "ssh-rsa-cert-v01@openssh.com"],
    "signatures": ["ssh-rsa", "ecdsa-sha2-nistp384-cert-v01@openssh.com"],
}
MODERN = {**RRS, "host_keys": ["rsa-sha2-256"], "signatures": ["rsa-sha2-512"]}


def kind(name: str, offer: dict[str, list[str]]) -> tuple[str, str]:
    found = next(one for one in compared(offer) if one.kind == name)
    return found.status, found.word


def test_a_modern_host_shares_something_of_each_kind() -> None:
    assert all(one.is_ok for one in compared(MODERN))
    assert plain_words(compared(MODERN)) == []


def test_shared_and_missing_are_listed_in_our_order() -> None:
    found = next(one for one in compared(MODERN) if one.kind == "host_keys")
    assert found.shared == ("rsa-sha2-256",)
    assert found.missing == ("rsa-sha2-512",)


@pytest.mark.ledger("RRS-14/P")
def test_a_host_with_sha_1_alone_is_told_for_host_key_and_login() -> None:
    host_key, login = plain_words(compared(RRS))
    assert host_key.startswith("Host key: for its host key the host offers ssh-rsa,")
    assert login.startswith("Login: for a login the host offers ssh-rsa,")
    for words in (host_key, login):
        assert "SHA-1" in words
        assert "Ask HKEX to enable rsa-sha2-256 or rsa-sha2-512" in words


def test_a_host_that_does_not_say_what_it_takes_for_logins_is_not_judged() -> None:
    assert kind("signatures", {**MODERN, "signatures": []}) == ("idle", "Not said")


def test_aes_gcm_needs_no_integrity_of_its_own() -> None:
    assert kind("macs", {**MODERN, "macs": ["umac-64"]}) == ("ok", "Not needed")
    cbc = {**MODERN, "macs": ["umac-64"], "ciphers": ["aes256-ctr"]}
    assert kind("macs", cbc) == ("bad", "Nothing shared")


def test_what_a_host_only_announces_is_no_algorithm() -> None:
    kex = [*HKEX.kex, "ext-info-s", "kex-strict-s-v00@openssh.com"]
    assert compared({**MODERN, "kex": kex})[0].foreign == ()


def test_a_host_that_said_nothing_has_no_comparison() -> None:
    assert compared({}) == []
