"""Files received from the exchange: hashed as they come, whole or not at all."""

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
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


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: LazySettings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


def key_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def kept(root: Path) -> list[Path]:
    return list(root.glob("*/kept/*/*"))


def parts(root: Path) -> list[Path]:
    return list(root.glob("*/parts/*"))


@given(st.lists(st.binary(max_size=300), max_size=8))
@search(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_received_in_blocks_is_kept_under_its_sha256(
    root: Path, blocks: list[bytes]
) -> None:
    content = b"".join(blocks)
    receiving = files.receive(HERE)
    for block in blocks:
        receiving.write(block)
    key = key_of(content)
    assert receiving.keep() == files.Stored(key, len(content), key.upper())
    with files.open(HERE, key) as source:
        assert source.read() == content
    assert parts(root) == []


def test_a_file_of_0_bytes_is_kept(root: Path) -> None:
    assert files.receive(HERE).keep().size == 0
    assert [path.name for path in kept(root)] == [key_of(b"")]


def test_what_is_dropped_leaves_nothing(root: Path) -> None:
    receiving = files.receive(HERE)
    receiving.write(b"half")
    receiving.drop()
    receiving.drop()
    assert kept(root) + parts(root) == []


def test_what_was_kept_or_dropped_takes_no_more(root: Path) -> None:
    receiving = files.receive(HERE)
    receiving.keep()
    receiving.drop()
    with pytest.raises(ValueError, match="already"):
        receiving.write(b"more")
    with pytest.raises(ValueError, match="already"):
        receiving.keep()
    assert len(kept(root)) == 1


def test_the_same_content_twice_is_there_once_and_counts_as_new(root: Path) -> None:
    stored = files.put(HERE, io.BytesIO(b"same"))
    os.utime(kept(root)[0], (0, 0))
    receiving = files.receive(HERE)
    receiving.write(b"same")
    assert receiving.keep() == stored
    assert len(kept(root)) == 1
    assert not files.delete(HERE, stored.key, unused_seconds=3600)


def test_nothing_is_readable_by_others_on_its_way(root: Path) -> None:
    receiving = files.receive(HERE)
    assert parts(root)[0].stat().st_mode & 0o077 == 0
    receiving.keep()
    assert kept(root)[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("number", "error", "sentence"),
    [
        (errno.ENOSPC, files.NoRoom, "disk is full"),
        (errno.EDQUOT, files.NoRoom, "disk is full"),
        (errno.EROFS, files.NotWritable, "may not write to its file store"),
        (errno.EACCES, files.NotWritable, "may not write to its file store"),
    ],
)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "link"])
def test_a_disk_that_takes_nothing_is_said_and_keeps_nothing(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    error: type[OSError],
    sentence: str,
) -> None:
    files.receive(HERE).drop()  # the folders are there
    with monkeypatch.context() as failing:
        failing.setattr(os, call, failure(number))
        with pytest.raises(error, match=sentence) as raised:
            receive_all(b"whole")
    assert str(root) not in str(raised.value)
    assert kept(root) + parts(root) == []


def failure(number: int) -> object:
    def call(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def receive_all(content: bytes) -> None:
    """As the fetching does it: what failed to be written is dropped."""
    receiving = files.receive(HERE)
    try:
        receiving.write(content)
    except OSError:
        receiving.drop()
        raise
    receiving.keep()


@pytest.mark.parametrize("end", [b"", b"x", b"x" * 300_000])
def test_a_large_file_is_hashed_to_its_last_byte(end: bytes) -> None:
    blocks = [os.urandom(300_000) for _ in range(40)] + [end]
    receiving = files.receive(HERE)
    for block in blocks:
        receiving.write(block)
    assert receiving.keep().key == key_of(b"".join(blocks))


def test_it_is_written_in_one_thread_and_kept_in_another(root: Path) -> None:
    receiving = files.receive(HERE)
    writer = threading.Thread(target=receiving.write, args=(b"whole",))
    writer.start()
    writer.join()
    assert receiving.keep().key == key_of(b"whole")


def test_receiving_200_mb_takes_little_memory() -> None:
    block = b"\0" * (1 << 20)
    receiving = files.receive(HERE)
    tracemalloc.start()
    for _ in range(200):
        receiving.write(block)
    assert receiving.keep().size == 200 << 20
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


RECEIVER = """
import os, sys, uuid
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
from django.conf import settings
settings.FILES_ROOT = sys.argv[1]
from portal import files
print("ready", flush=True)
for number in range(1, 400):  # ends by itself where nobody is left to kill it
    receiving = files.receive(uuid.UUID(int=1))
    for _ in range(20):
        receiving.write(str(number).encode() * 10_000)
    receiving.keep()
"""


def test_a_kill_in_the_middle_leaves_whole_files_and_parts_that_are_swept(
    root: Path,
) -> None:
    for delay in (0.02, 0.07, 0.13):
        child = subprocess.Popen(
            [sys.executable, "-c", RECEIVER, str(root)], stdout=subprocess.PIPE
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
    files.drop_old_parts(0)
    assert parts(root) == []
