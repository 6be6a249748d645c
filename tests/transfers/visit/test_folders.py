"""Which folders a round looks into, and that none is passed over in silence."""

from collections.abc import Callable
from typing import cast

import pytest

from keys.models import SftpAccount
from portal.exchange.packets import Entry
from portal.exchange.session import Session
from portal.people.models import Participant
from tests.transfers import builders
from transfers.distribution import folders
from transfers.visit.folders import LONGEST, walk


class Box:
    """Answers listings of folders; a name with a mark is garbled."""

    def __init__(self, **named: list[str]) -> None:
        self._names = {path.replace("_", "/"): names for path, names in named.items()}

    def listdir(
        self, path: str, left_out: Callable[[str], None] | None = None
    ) -> list[Entry]:
        names = self._names.get(path, [])
        for name in names:
            if "?" in name and left_out:
                left_out(name)
        sound = [name for name in names if "?" not in name]
        return [Entry(name, None, None, True) for name in sound]


@pytest.fixture
def account(participant: Participant) -> SftpAccount:
    return builders.account(participant)


def walked(account: SftpAccount, box: Box) -> tuple[list[str], list[str]]:
    left_out: list[str] = []
    return walk(cast(Session, box), account, left_out.append), left_out


def test_what_is_listed_is_looked_into(account: SftpAccount) -> None:
    found, left_out = walked(account, Box(_download=["HBCNMAPP", "NEW"]))
    assert found == ["/download/HBCNMAPP", "/download/NEW"]
    assert left_out == []


def test_folders_beyond_the_most_are_told(account: SftpAccount) -> None:
    names = [f"F{number:02}" for number in range(folders.MOST + 2)]
    found, left_out = walked(account, Box(_download=names))
    assert len(found) == folders.MOST
    assert [one.split(" ")[0] for one in left_out] == ["/download/F50", "/download/F51"]


def test_a_folder_too_deep_is_told(account: SftpAccount) -> None:
    box = Box(
        _download=["a"], _download_a=["b"], _download_a_b=["c"], _download_a_b_c=["d"]
    )
    found, left_out = walked(account, box)
    assert found[-1] == "/download/a/b/c"
    assert left_out == ["/download/a/b/c/d (too deep)"]


def test_a_path_too_long_is_told(account: SftpAccount) -> None:
    found, left_out = walked(account, Box(_download=["x" * LONGEST]))
    assert found == []
    assert left_out[0].endswith("(a path too long)")


def test_a_garbled_folder_is_told(account: SftpAccount) -> None:
    assert walked(account, Box(_download=["a?b"])) == ([], ["a?b"])
