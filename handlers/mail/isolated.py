"""Owns the process in which mails are read, so that a hostile one stops no other; what it reads is ``reading``'s."""

import selectors
import subprocess
import sys
import threading
from contextlib import suppress

from bot.replies import Incoming
from handlers.mail.reading import MOST_BYTES, framed, from_json, next_frame

SECONDS = 1.0
START_SECONDS = 10.0


class Isolated:
    """Reads one mail after another in a process of its own, which is begun anew after one that took too long, too much
    memory, or the process with it."""

    def __init__(self, authserv: str | None, seconds: float = SECONDS) -> None:
        # -P: of the folder in which `lap` runs no file is taken for a part of the program.
        self._argv = [sys.executable, "-P", "-m", "handlers.mail.reading", *([authserv] if authserv else [])]
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, raw: bytes) -> Incoming | None:
        """What the mail says; None where it could not be read within a second and 256 MiB.

        A process that ended is begun anew, once: it may have been ended before, and by whoever frees memory.
        """
        for ended_before in (True, False):
            try:
                return self._asked(raw[: MOST_BYTES + 1])
            except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
                self.close()
                if isinstance(error, TimeoutError) or not ended_before:
                    return None
        raise AssertionError("unreachable")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        process.wait()

    def _asked(self, raw: bytes) -> Incoming:
        process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        writing = threading.Thread(target=_give, args=(process, raw), daemon=True)
        writing.start()
        if not _answers(process, self._seconds):
            raise TimeoutError("a mail took too long to read")
        told = next_frame(process.stdout)
        if told is None:
            raise EOFError("the process that reads mails ended")
        writing.join()
        return from_json(told)

    def _started(self) -> subprocess.Popen[bytes]:
        """A process that has answered once, so that no mail waits for its start."""
        self._process = process = subprocess.Popen(
            self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        _give(process, b"")
        if not _answers(process, START_SECONDS) or next_frame(process.stdout) is None:
            raise TimeoutError("the process that reads mails does not start")
        return process


def _give(process: "subprocess.Popen[bytes]", raw: bytes) -> None:
    assert process.stdin is not None
    with suppress(OSError, ValueError):  # it ended: then it does not answer either
        process.stdin.write(framed(raw))
        process.stdin.flush()


def _answers(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    assert process.stdout is not None
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        return bool(ready.select(seconds))
