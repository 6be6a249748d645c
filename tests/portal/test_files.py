"""Files at rest: whole or not at all, apart by participant, never a path."""

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
import tracemalloc
import uuid
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as search
from hypothesis import strategies as st

from portal import files

HERE = uuid.UUID(int=1)
ELSEWHERE = uuid.UUID(int=2)
QUICK = search(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: LazySettings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


def key_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def content_of(stored: files.Stored) -> bytes:
    with files.open(HERE, stored.key) as source:
        return source.read()


def kept(root: Path) -> list[Path]:
    return list(root.glob("*/kept/*/*"))


def parts(root: Path) -> list[Path]:
    return list(root.glob("*/parts/*"))


@given(st.binary(max_size=5000))
@QUICK
def test_what_is_put_is_read_back_under_its_sha256(content: bytes) -> None:
    stored = files.put(HERE, io.BytesIO(content))
    assert stored == files.Stored(
        key_of(content), len(content), key_of(content).upper()
    )
    with files.open(HERE, stored.key) as source:
        assert source.read() == content


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=8))
@QUICK
def test_chunks_make_the_file_that_was_cut(chunks: list[bytes]) -> None:
    part, offset = uuid.uuid4(), 0
    for chunk in chunks:
        offset = files.append(HERE, part, offset, chunk)
    assert files.part_length(HERE, part) == offset
    assert files.keep(HERE, part).key == key_of(b"".join(chunks))


@given(st.text(max_size=80))
@QUICK
def test_a_key_that_is_no_sha256_opens_nothing(key: str) -> None:
    with pytest.raises(FileNotFoundError):
        files.open(HERE, key)


def test_a_chunk_at_another_offset_is_refused_with_the_right_one() -> None:
    part = uuid.uuid4()
    files.append(HERE, part, 0, b"abc")
    with pytest.raises(files.WrongOffset) as refused:
        files.append(HERE, part, 5, b"def")
    assert refused.value.expected == 3
    assert files.part_length(HERE, part) == 3


def test_a_doubled_chunk_changes_nothing() -> None:
    part = uuid.uuid4()
    files.append(HERE, part, 0, b"abc")
    with pytest.raises(files.WrongOffset):
        files.append(HERE, part, 0, b"abc")
    with files.open_part(HERE, part) as source:
        assert source.read() == b"abc"


def test_another_participant_does_not_find_the_file() -> None:
    stored = files.put(HERE, io.BytesIO(b"ours"))
    with pytest.raises(FileNotFoundError):
        files.open(ELSEWHERE, stored.key)


def test_deleting_elsewhere_leaves_ours() -> None:
    stored = files.put(HERE, io.BytesIO(b"ours"))
    assert not files.delete(ELSEWHERE, stored.key)
    assert content_of(stored) == b"ours"


def test_a_file_stored_twice_is_there_once_and_counts_as_new(root: Path) -> None:
    stored = files.put(HERE, io.BytesIO(b"same"))
    os.utime(kept(root)[0], (0, 0))
    files.put(HERE, io.BytesIO(b"same"))
    assert len(kept(root)) == 1
    assert not files.delete(HERE, stored.key, unused_seconds=3600)


def test_an_unused_file_is_deleted(root: Path) -> None:
    stored = files.put(HERE, io.BytesIO(b"old"))
    os.utime(kept(root)[0], (0, 0))
    assert files.delete(HERE, stored.key, unused_seconds=3600)
    assert kept(root) == []


def test_a_kept_part_takes_no_more_bytes(root: Path) -> None:
    part = uuid.uuid4()
    files.append(HERE, part, 0, b"whole")
    stored = files.keep(HERE, part)
    with pytest.raises(files.WrongOffset):
        files.append(HERE, part, 5, b" and more")
    assert content_of(stored) == b"whole"


def test_a_part_can_be_kept_again_after_a_crash() -> None:
    part = uuid.uuid4()
    files.append(HERE, part, 0, b"whole")
    assert files.keep(HERE, part) == files.keep(HERE, part)


def test_putting_leaves_no_part(root: Path) -> None:
    files.put(HERE, io.BytesIO(b"whole"))
    assert parts(root) == []


def test_a_source_that_breaks_leaves_nothing(root: Path) -> None:
    with pytest.raises(ConnectionResetError):
        files.put(HERE, Broken())
    assert kept(root) + parts(root) == []


class Broken(io.BytesIO):
    """Gives one block, then fails."""

    given = False

    def read(self, size: int | None = -1, /) -> bytes:
        if self.given:
            raise ConnectionResetError
        self.given = True
        return b"x" * 1000


def test_a_full_disk_is_said_and_leaves_the_part_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = uuid.uuid4()
    files.append(HERE, part, 0, b"abc")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.NoRoom, match="disk is full"):
        files.append(HERE, part, 3, b"def")
    assert files.part_length(HERE, part) == 3


def full(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "no space")


def test_nothing_readable_by_others_is_made(root: Path) -> None:
    files.put(HERE, io.BytesIO(b"secret"))
    assert kept(root)[0].stat().st_mode & 0o077 == 0
    assert kept(root)[0].parent.stat().st_mode & 0o077 == 0


def test_an_open_file_and_an_error_tell_no_path(root: Path) -> None:
    stored = files.put(HERE, io.BytesIO(b"x"))
    with files.open(HERE, stored.key) as source:
        assert str(root) not in str(source.name)
    with pytest.raises(FileNotFoundError) as missing:
        files.open(HERE, "0" * 64)
    assert str(root) not in str(missing.value)


def test_a_link_in_the_store_is_not_followed(root: Path, tmp_path: Path) -> None:
    files.put(HERE, io.BytesIO(b"x"))
    (tmp_path / "outside").write_text("secret")
    (kept(root)[0].parent / ("0" * 64)).parent.mkdir(exist_ok=True)
    target = root / str(HERE) / "kept" / "00"
    target.mkdir(exist_ok=True)
    (target / ("0" * 64)).symlink_to(tmp_path / "outside")
    with pytest.raises(OSError, match="symbolic"):
        files.open(HERE, "0" * 64)


def test_old_parts_are_dropped_and_new_ones_stay(root: Path) -> None:
    old, new = uuid.uuid4(), uuid.uuid4()
    files.append(HERE, old, 0, b"a")
    files.append(HERE, new, 0, b"b")
    os.utime(next(path for path in parts(root) if str(old) in path.name), (0, 0))
    assert files.drop_old_parts(3600) == 1
    assert (files.part_length(HERE, old), files.part_length(HERE, new)) == (0, 1)


def test_keeping_200_mb_takes_little_memory() -> None:
    part, chunk = uuid.uuid4(), b"\0" * (16 << 20)
    for number in range(12):
        files.append(HERE, part, number * len(chunk), chunk)
    tracemalloc.start()
    files.keep(HERE, part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


PUTTER = """
import io, os, sys, uuid
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
from django.conf import settings
settings.FILES_ROOT = sys.argv[1]
from portal import files
print("ready", flush=True)
for number in range(1, 400):  # ends by itself where nobody is left to kill it
    files.put(uuid.UUID(int=1), io.BytesIO(str(number).encode() * 200_000))
"""


def test_a_kill_in_the_middle_leaves_whole_files_only(root: Path) -> None:
    for delay in (0.02, 0.07, 0.13):
        child = subprocess.Popen(
            [sys.executable, "-c", PUTTER, str(root)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    assert kept(root)
    assert all(key_of(path.read_bytes()) == path.name for path in kept(root))
