"""A folder gets a file whole, once, and never loses what is there."""

import dataclasses
import errno
import hashlib
import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.transfers.destinations.conftest import CONTENT, MakeItem
from transfers.destinations import CannotHandOver, Folder, Item, Occupied, Stopped


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "office"
    made.mkdir()
    return made


def names(root: Path) -> list[str]:
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def test_a_file_and_its_checksum_are_there(root: Path, item: MakeItem) -> None:
    Folder(root).put(item())
    assert names(root) == ["RAP/TP001.csv", "RAP/TP001.csv.sha256"]
    assert (root / "RAP/TP001.csv").read_bytes() == CONTENT


def test_sha256sum_reads_the_checksum(root: Path, item: MakeItem) -> None:
    Folder(root).put(item())
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "TP001.csv.sha256"],
        cwd=root / "RAP",
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0


def test_a_second_time_changes_nothing(root: Path, item: MakeItem) -> None:
    Folder(root).put(item())
    before = (root / "RAP/TP001.csv").stat()
    Folder(root).put(item(is_begun=True))
    after = (root / "RAP/TP001.csv").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_lost_checksum_is_written_again(root: Path, item: MakeItem) -> None:
    Folder(root).put(item())
    (root / "RAP/TP001.csv.sha256").unlink()
    Folder(root).put(item(is_begun=True))
    assert "RAP/TP001.csv.sha256" in names(root)


@pytest.mark.parametrize("taken", ["TP001.csv", "TP001.csv.sha256"])
def test_other_content_is_left_as_it_is(root: Path, item: MakeItem, taken: str) -> None:
    (root / "RAP").mkdir()
    (root / "RAP" / taken).write_bytes(b"theirs")
    with pytest.raises(Occupied, match="left as it is"):
        Folder(root).put(item(is_begun=True))
    assert (root / "RAP" / taken).read_bytes() == b"theirs"


def test_our_own_name_is_no_exception(root: Path, item: MakeItem) -> None:
    """A link that another made there is neither followed nor replaced."""
    (root / "RAP").mkdir()
    (root / "RAP/TP001.csv").symlink_to("/etc/hostname")
    with pytest.raises(Occupied):
        Folder(root).put(item())
    assert (root / "RAP/TP001.csv").is_symlink()


def test_a_link_in_the_place_of_a_folder_leads_nowhere(
    root: Path, tmp_path: Path, item: MakeItem
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "RAP").symlink_to(elsewhere)
    with pytest.raises(CannotHandOver, match="no folder"):
        Folder(root).put(item())
    assert list(elsewhere.iterdir()) == []


def test_a_pipe_with_the_name_does_not_hang(root: Path, item: MakeItem) -> None:
    (root / "RAP").mkdir()
    os.mkfifo(root / "RAP/TP001.csv")
    with pytest.raises(Occupied):
        Folder(root).put(item())


@pytest.mark.parametrize("name", ["TP001.csv", "TP001.csv.sha256"])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda p: p.symlink_to("/x")])
def test_what_is_no_file_occupies_its_own_name_only(
    root: Path, item: MakeItem, name: str, make: Callable[[Path], None]
) -> None:
    (root / "RAP").mkdir()
    make(root / "RAP" / name)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(Occupied, match=name) as refused:
        Folder(root).put(item())
    assert not refused.value.is_everywhere
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_folder_that_is_not_mounted_is_not_made(
    tmp_path: Path, item: MakeItem
) -> None:
    with pytest.raises(CannotHandOver, match="see whether it is mounted") as refused:
        Folder(tmp_path / "absent").put(item())
    assert refused.value.is_everywhere
    assert not (tmp_path / "absent").exists()


def test_what_is_not_what_was_kept_gets_no_name(root: Path, item: MakeItem) -> None:
    wrong = item(open=lambda: io.BytesIO(CONTENT + b"!"))
    with pytest.raises(CannotHandOver, match="checksum is another"):
        Folder(root).put(wrong)
    assert names(root) == []


def test_who_is_told_to_stop_leaves_nothing(root: Path, item: MakeItem) -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Folder(root).put(item(go_on=stop))
    assert names(root) == []


def test_what_a_killed_worker_left_is_taken_away(root: Path, item: MakeItem) -> None:
    (root / "RAP").mkdir()
    (root / "RAP/.0123abcd.77.part").write_bytes(b"half")
    (root / "RAP/.ffff.77.part").write_bytes(b"another's")
    Folder(root).put(item(is_begun=True))
    assert names(root)[:2] == ["RAP/.ffff.77.part", "RAP/TP001.csv"]


def test_it_is_noted_before_the_first_byte(
    root: Path, item: MakeItem, begun: list[bool]
) -> None:
    def begin() -> None:
        begun.append(True)
        raise Stopped

    with pytest.raises(Stopped):
        Folder(root).put(item(begin=begin))
    assert begun
    assert names(root) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "disk of the destination is full"),
        (errno.EROFS, "may not write to the destination"),
        (errno.EIO, "does not answer as a folder should"),
    ],
)
def test_what_the_disk_says_is_a_sentence(
    root: Path, item: MakeItem, number: int, sentence: str
) -> None:
    failing = OSError(number, os.strerror(number))
    with pytest.raises(CannotHandOver, match=sentence) as refused:
        Broken(root, failing).put(item())
    assert refused.value.is_everywhere
    assert names(root) == []


def test_a_file_system_without_links_is_written_all_the_same(
    root: Path, item: MakeItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    Folder(root).put(item())
    assert names(root) == ["RAP/TP001.csv", "RAP/TP001.csv.sha256"]


def test_a_long_file_streams(root: Path, item: MakeItem) -> None:
    size = 48 << 20
    digest = hashlib.sha256(bytes(size)).hexdigest()
    longest: list[int] = []

    class Zeros(io.RawIOBase):
        left = size

        def read(self, most: int = -1) -> bytes:
            longest.append(most)
            block = bytes(min(most, self.left))
            self.left -= len(block)
            return block

    Folder(root).put(item(sha256=digest, open=Zeros))
    assert max(longest) <= 1 << 20
    assert (root / "RAP/TP001.csv").stat().st_size == size


class Broken(Folder):
    """The disk fails at the end of what is written."""

    def __init__(self, root: Path, failure: OSError) -> None:
        super().__init__(root)
        self._failure = failure

    def put(self, item: Item) -> None:
        def fail() -> None:
            raise self._failure

        super().put(dataclasses.replace(item, go_on=fail))
