"""Owns `make run`: the bot with its embedded defaults, the workspace beside it, the example roster, one URL."""

import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

from bot.errors import Refusal
from handlers import logs
from tests.workspace.running import SECRET, running

SAID = """
The bot and its workspace are running, with the example roster loaded.

    Open  {url}

Choose who you are, type a command such as `/lap help`, read messages and mails, move the clock.
Nothing leaves this machine, and nothing is kept when you stop it with Ctrl+C. The bot itself listens at {bot}.
"""
BEAT_SECONDS = 5


def main() -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    logs.configure([SECRET])
    try:
        port, workspace_port = int(os.environ.get("PORT", "3000")), int(os.environ.get("WORKSPACE_PORT", "3001"))
        with (
            tempfile.TemporaryDirectory(prefix="lap-") as folder,
            running(Path(folder), port=port, workspace_port=workspace_port) as made,
        ):
            made.served.slack.read_lines()
            sys.stdout.write(SAID.format(url=made.served.url, bot=made.url))
            sys.stdout.flush()
            while not stop.wait(BEAT_SECONDS):
                made.beat()
    except ValueError:
        sys.stderr.write("PORT and WORKSPACE_PORT are numbers, for example PORT=3000.\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"It cannot listen: {error}. Set PORT and WORKSPACE_PORT to ports that are free.\n")
        return 1
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.says}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
