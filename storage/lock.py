"""Owns the one writing process of an SQLite file: a lock on ``FILE.lock`` that names who holds it (interface.md)."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.errors import Conflict

LOOK_SECONDS = 0.05
HELD = (
    "{file} is being written by another process: {holder}. Only one may write an SQLite file. "
    "Stop that one, or wait until it is done; then try again."
)
UNWRITABLE = "{path} cannot be written ({why}). Make the folder of the database writable for this user; then try again."


@contextmanager
def alone(file: Path, command: str, wait: float) -> Iterator[None]:
    """Holds ``FILE.lock`` for the block, and writes pid, host and *command* into it.

    Waits up to *wait* seconds; raises Conflict that names the holder. The lock ends with the process, however it ends.
    """
    path = file.with_name(f"{file.name}.lock")
    try:
        opened = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise Conflict(UNWRITABLE.format(path=path, why=error.strerror)) from error
    with opened as lock:
        if not _locked(lock, wait):
            lock.seek(0)
            raise Conflict(HELD.format(file=file.name, holder=lock.read().strip() or "it does not say which"))
        lock.truncate(0)
        lock.write(f"pid {os.getpid()} on {socket.gethostname()}, `{command}`\n")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _locked(lock: TextIO, wait: float) -> bool:
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= end:
                return False
            time.sleep(LOOK_SECONDS)
        else:
            return True
