"""Owns the process that stands for Slack in the bench: the workspace of the tests, whose response_urls take their time.

It prints one line of JSON, where it is and where its mail drop is, and runs until it is ended.
"""

import json
import signal

from tests.bench.common import BOT_TOKEN, SIGNING_SECRET
from tests.workspace.people import BOT_USER
from tests.workspace.serve import served_workspace

RESPONSE_SECONDS = 0.3
"""What a post to a response_url takes, like the work after the acknowledgement in the runs that set the goal."""

URLS = 1000


def main() -> None:
    with served_workspace(bot_token=BOT_TOKEN, signing_secret=SIGNING_SECRET) as served:
        state = served.slack.state
        person = served.slack.users[0]
        with state.changed:
            for _ in range(URLS):
                message = state.post(state.direct(person.id).id, BOT_USER, "A message with a button.", [])
                state.response_url(person.id, message.channel, message.id)
        served.slack.hang("response_url", RESPONSE_SECONDS, times=URLS)
        print(json.dumps({"url": served.url, "smtp_url": served.mail.url}), flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
