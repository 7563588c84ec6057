"""Owns the process in which mails are read, so that a hostile one stops no other; what it reads is ``reading``'s."""

import hashlib
import selectors
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from bot.replies import Incoming
from handlers.mail.mailbox import NoMailbox
from handlers.mail.reading import MOST_BYTES, framed, from_json, next_frame

SECONDS = 1.0
"""So much of the processor's time one mail may take: on a machine with other work that is longer by the clock."""
START_SECONDS = 10.0
PATIENCE_SECONDS = 30.0
TRIES = 3
"""So often a mail is taken again that was not read for want of a machine, before it is given up like a hostile one."""

NOT_STARTED = "the process that reads mails does not start"
NO_MACHINE = "the machine leaves the process that reads mails no time or no memory"


class Isolated:
    """Reads one mail after another in a process of its own, which is begun anew after one that took too long, too much
    memory, or the process with it."""

    def __init__(self, authserv: str | None, seconds: float = SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        # -P: of the folder in which `lap` runs no file is taken for a part of the program.
        reads = [sys.executable, "-P", "-m", "handlers.mail.reading", str(seconds)]
        self._argv = [*reads, *([authserv] if authserv else [])]
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._put_off, self._tries = b"", 0

    def read(self, raw: bytes) -> Incoming | None:
        """What the mail says; None where it could not be read with a second of the processor and 256 MiB.

        1. A process that ended is begun anew, once: it may have been ended before. One that the mail itself took down,
           or whose second it used up, gives it up.
        2. Raises NoMailbox where it is the machine that fails: the process does not start, gets no processor, or is
           killed, as by whoever frees memory. The mail is to be taken again, with those behind it; the third time it
           is given up, too, as no mail may stop the others for good.
        """
        mail = raw[: MOST_BYTES + 1]
        for ended_before in (True, False):
            try:
                return self._asked(mail)
            except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
                how = self.close()
                if isinstance(error, TimeoutError) or (how == -signal.SIGKILL and not ended_before):
                    self._put_it_off(mail)
                    return None
                if how == -signal.SIGPROF or not ended_before:
                    return None
        raise AssertionError("unreachable")

    def close(self) -> int | None:
        """Ends the process; returns how it had ended, if it had: as ``subprocess`` says it."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        return process.wait()

    def _put_it_off(self, mail: bytes) -> None:
        """Has the mail taken again: raises NoMailbox, but for the third time."""
        digest = hashlib.sha256(mail).digest()
        self._tries = self._tries + 1 if digest == self._put_off else 1
        self._put_off = digest
        if self._tries < TRIES:
            raise NoMailbox(NO_MACHINE)

    def _asked(self, raw: bytes) -> Incoming:
        process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        writing = threading.Thread(target=_give, args=(process, raw), daemon=True)
        writing.start()
        if not _answers(process, self._patience):
            raise TimeoutError("a mail waits for the processor")
        told = next_frame(process.stdout)
        if told is None:
            raise EOFError("the process that reads mails ended")
        writing.join()
        return from_json(told)

    def _started(self) -> "subprocess.Popen[bytes]":
        """A process that has answered once, so that no mail waits for its start. Raises NoMailbox."""
        try:
            self._process = process = subprocess.Popen(
                self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise NoMailbox(f"{NOT_STARTED} ({type(error).__name__})") from error
        assert process.stdout is not None
        _give(process, b"")
        if not _answers(process, START_SECONDS) or next_frame(process.stdout) is None:
            self.close()
            raise NoMailbox(NOT_STARTED)
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
