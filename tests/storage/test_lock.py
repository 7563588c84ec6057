"""One process at a time writes an SQLite file; the next is told who does, and the lock ends with its holder."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import Conflict
from storage.lock import alone
from tests.test_floors import HOUSE


def test_the_holder_names_itself_and_leaves_nothing_behind(tmp_path: Path) -> None:
    lock = tmp_path / "lap.db.lock"
    with alone(tmp_path / "lap.db", "lap serve", 0):
        assert lock.read_text() == f"pid {os.getpid()} on {socket.gethostname()}, `lap serve`\n"
    assert lock.read_text() == ""


def test_who_comes_second_is_told_who_holds_it(tmp_path: Path) -> None:
    with (
        alone(tmp_path / "lap.db", "lap serve", 0),
        pytest.raises(Conflict) as refused,
        alone(tmp_path / "lap.db", "lap tick", 0.1),
    ):
        pass
    assert refused.value.says == (
        f"lap.db is being written by another process: pid {os.getpid()} on {socket.gethostname()}, `lap serve`. "
        "Only one may write an SQLite file. Stop that one, or wait until it is done; then try again."
    )


def test_it_is_free_again_however_the_holder_ended(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from storage.lock import alone\n"
        "with alone(Path(sys.argv[1]), 'lap serve', 0): print('held', flush=True); time.sleep(60)"
    )
    run = [sys.executable, "-c", hold, str(tmp_path / "lap.db")]
    with subprocess.Popen(run, stdout=subprocess.PIPE, env={"PYTHONPATH": str(HOUSE)}) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Conflict), alone(tmp_path / "lap.db", "lap tick", 0):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    begun = time.monotonic()
    with alone(tmp_path / "lap.db", "lap tick", 5):
        assert time.monotonic() - begun < 5


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Conflict) as refused, alone(tmp_path / "gone" / "lap.db", "lap serve", 0):
        pass
    assert refused.value.says == (
        f"{tmp_path}/gone/lap.db.lock cannot be written (No such file or directory). "
        "Make the folder of the database writable for this user; then try again."
    )
