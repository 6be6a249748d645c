"""The files that answer key uploads, whatever bytes they hold."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import key_files
from keys.key_files import AnswerName
from tests.keys.builders import NOW

MD5 = "a6:7b:59:e2:1f:9e:61:c5:2b:4e:3b:85:5a:c1:da:93"


@pytest.mark.ledger("ECP-49/P")
def test_the_names_of_ecp_and_rap() -> None:
    at = dt.time(12, 4, 5)
    name = key_files.answer_name("ECP", "key1.pub.120405.rcvd")
    assert name == AnswerName(True, at, None, "key1.pub")
    name = key_files.answer_name("RAP", "DCXYZ001.pub.120405.2.rej")
    assert name == AnswerName(False, at, None, "DCXYZ001.pub")


@pytest.mark.ledger("RRS-07/P")
def test_the_names_of_rrs() -> None:
    name = key_files.answer_name("RRS", "Result.20240301.120405.success.txt")
    assert name == AnswerName(True, dt.time(12, 4, 5), dt.date(2024, 3, 1))
    assert key_files.answer_name("RRS", "Result.20240332.120405.failed.txt") is None
    assert key_files.answer_name("RRS", "key1.pub.120405.rcvd") is None


@pytest.mark.ledger("RAP-11/P")
def test_the_fingerprint_stands_alone_or_before_the_name() -> None:
    for content in (f"{MD5}\r\n", f"{MD5}      DCXYZ001.pub\r\n", MD5.upper()):
        assert key_files.fingerprint_in(content.encode()) == MD5
    assert key_files.fingerprint_in(b"nothing") == ""
    assert key_files.fingerprint_in(f"{MD5} {MD5[::-1]}".encode()) == ""


@pytest.mark.ledger("ECP-50/P", "RAP-11/P")
def test_code_and_reason_of_a_rejection() -> None:
    content = b"4007 File name contains invalid characters\r\n"
    told = ("4007", "File name contains invalid characters")
    assert key_files.rejection("RAP", content) == told


def test_the_reason_of_rrs_stands_after_its_word() -> None:
    content = b"File Name: CXYZ001.pub\r\nResult: Failed\r\nError Reason: Too many\r\n"
    assert key_files.rejection("RRS", content) == ("", "Too many")
    assert key_files.original_in(content) == "CXYZ001.pub"


@given(st.binary(max_size=400), st.sampled_from(["ECP", "RAP", "RRS"]))
def test_no_bytes_can_make_it_raise(content: bytes, platform: str) -> None:
    key_files.fingerprint_in(content)
    key_files.original_in(content)
    key_files.rejection(platform, content)
    key_files.answer_name(platform, content.decode("latin-1"))


def test_an_answer_is_not_older_than_the_upload() -> None:
    def made(hour: int, minute: int) -> AnswerName:
        return AnswerName(True, dt.time(hour, minute), dt.date(2024, 3, 1))

    assert key_files.may_answer(made(12, 0), NOW, NOW)
    assert not key_files.may_answer(made(11, 59), NOW, NOW)


def test_an_answer_after_midnight_is_of_the_next_day() -> None:
    sent_at = dt.datetime(2024, 3, 1, 15, 59, 50, tzinfo=dt.UTC)  # 23:59:50
    name = AnswerName(True, dt.time(0, 0, 3), None, "a.pub")
    assert key_files.moment(name, sent_at).isoformat() == "2024-03-02T00:00:03+08:00"
