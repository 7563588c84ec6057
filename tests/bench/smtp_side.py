"""Owns the mail server of the bench, in a process of its own: a real one, which keeps nothing but counts.

It prints one line of JSON, where it is; then, for each line that it reads, how many invitations it took so far, and
when the first and the last of them came (seconds of ``time.monotonic``, which all processes of a machine share).
"""

import json
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Counter:
    """Takes every mail; a digest to the secretariat, which comes beside a mass mailing, is not counted."""

    def __init__(self) -> None:
        self.count = 0
        self.times = [0.0, 0.0]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if b"text/calendar" not in envelope.content:
            return "250 OK"
        self.times = [self.times[0] if self.count else time.monotonic(), time.monotonic()]
        self.count += 1
        return "250 OK"


def main() -> None:
    counter = Counter()
    controller = Controller(counter, hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print(json.dumps({"port": controller.port}), flush=True)
    for _ in sys.stdin:
        print(json.dumps({"count": counter.count, "times": counter.times}), flush=True)
    controller.stop()


if __name__ == "__main__":
    main()
