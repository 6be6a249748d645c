"""The locks install anywhere: hashes for everything, no host, no path of a machine."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ["requirements", "requirements-sandbox", "requirements-dev"]


def pins(name: str) -> set[str]:
    text = (ROOT / f"{name}.txt").read_text()
    return set(re.findall(r"^[a-z0-9.-]+==[^ \\]+", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_path(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text()
    assert "://" not in text
    assert "file:" not in text
    assert not re.search(r"(^|\s)/", text)
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text()
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in each and "--hash=sha256:" in each for each in requirements)


def test_each_lock_holds_all_of_the_one_before() -> None:
    first, second, third = (pins(name) for name in LOCKS)
    assert first < second < third


@pytest.mark.parametrize("name", LOCKS)
def test_each_library_has_its_reason(name: str) -> None:
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    bare = [line for line in lines if line and "#" not in line and line[0] != "-"]
    assert bare == []
