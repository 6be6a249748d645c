"""`make`'s first step says in one sentence what a machine lacks."""

import builtins
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools import prepare


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A checkout in which nothing has been installed yet."""
    venv = tmp_path / ".venv"
    monkeypatch.setattr(prepare, "VENV", venv)
    monkeypatch.setattr(prepare, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(prepare, "PIP", venv / "bin" / "pip")
    monkeypatch.setattr(prepare, "run", lambda *_: pytest.fail("something was run"))
    return monkeypatch


def said(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        prepare.main("sandbox")
    assert ended.value.code == 1
    sentence = capsys.readouterr().err
    assert sentence.count("\n") == 1
    return sentence


def without(*absent: str) -> Callable[..., Any]:
    real = builtins.__import__

    def imported(name: str, *args: Any, **kwargs: Any) -> Any:
        if name in absent:
            raise ImportError(name)
        return real(name, *args, **kwargs)

    return imported


def test_an_old_python_is_named(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setattr(sys, "version_info", (3, 9, 2))
    assert "Python 3.9 is too old" in said(capsys)


def test_a_missing_python3_venv_is_named(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setattr(builtins, "__import__", without("ensurepip"))
    assert "python3-venv" in said(capsys)


def test_no_wheel_and_no_server_of_redis_is_named(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setattr(sys, "version_info", (3, 13, 0))
    bare.setattr(shutil, "which", lambda _: None)
    assert "no redis-server here" in said(capsys)


def test_a_redis_server_makes_up_for_the_wheel(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(sys, "version_info", (3, 13, 0))
    bare.setattr(shutil, "which", lambda _: "/usr/bin/redis-server")
    assert prepare.has_redis()


def test_a_second_run_only_looks(bare: pytest.MonkeyPatch) -> None:
    (prepare.VENV / "bin").mkdir(parents=True)
    prepare.PYTHON.touch()
    prepare.stamp("dev").write_text(prepare.fingerprint("dev"))
    prepare.main("dev")
    prepare.main("sandbox")


def test_another_lock_installs_anew(bare: pytest.MonkeyPatch) -> None:
    (prepare.VENV / "bin").mkdir(parents=True)
    prepare.PYTHON.touch()
    prepare.stamp("dev").write_text("the lock of last week")
    assert not prepare.is_installed("dev")
