"""Owns row 17: what the cuts of ``bot.audience`` cost a command, of every command that reads, as each kind of reader.

Both sides are of one and the same answer to a signed request: the processor's whole time for it in Bolt and the house,
and the same without what passed in the cuts.
"""

import inspect
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from itertools import count
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from slack_bolt import App, BoltRequest

from bot import audience
from handlers.desk import Desk
from handlers.slack.app import make_app
from storage import directory
from tests.bench import data
from tests.bench.audience_row import Known, known_on
from tests.bench.common import BOT_TOKEN, SIGNING_SECRET
from tests.bench.desks import opened
from tests.bench.places import Place
from tests.bench.table import Line
from tests.workspace.delivery import FORM, signed_headers
from tests.workspace.people import TEAM

ROWS = (17,)
MOST = 1.1
BUILDS, DECIDES = "cut_call", "_mine"
"""``cut_call`` also makes the value by which a call is shown, which any bot has to: of it only its deciding counts."""
TIMES = 12
_numbers = count(1)
COMMANDS = ("", "calls", "call", "agenda", "minutes last", "actions", "attendees", "objections", "directory", "whoami")


@dataclass
class Passed:
    """How many seconds passed within the cuts so far; what one cut asks of another counts once."""

    seconds: float = 0.0
    within: bool = False


@contextmanager
def timed_cuts() -> Iterator[Passed]:
    """Every function of ``bot.audience`` tells how long it took, for a ``with``."""
    passed = Passed()
    sound = {
        name: thing
        for name, thing in vars(audience).items()
        if inspect.isfunction(thing) and thing.__module__ == audience.__name__ and _is_cut(name)
    }
    for name, cut in sound.items():
        setattr(audience, name, _timed(cut, passed))
    try:
        yield passed
    finally:
        for name, cut in sound.items():
            setattr(audience, name, cut)


def _is_cut(name: str) -> bool:
    return name == DECIDES or (name != BUILDS and not name.startswith("_"))


def _timed(cut: Callable[..., Any], passed: Passed) -> Callable[..., Any]:
    @wraps(cut)
    def timed(*args: Any, **kwargs: Any) -> Any:
        if passed.within:
            return cut(*args, **kwargs)
        passed.within, begun = True, time.process_time()
        try:
            return cut(*args, **kwargs)
        finally:
            passed.seconds += time.process_time() - begun
            passed.within = False

    return timed


def _users(known: Known, desk: Desk) -> Mapping[str, str]:
    """A Slack user of each kind of reader."""
    users = {}
    with desk.store.begin() as tx:
        for kind, reader in known.readers().items():
            users[kind] = f"U0ROW17{len(users)}"
            directory.link_slack_user(
                tx, TEAM, users[kind], reader.contact_id, "roster", known.at, confirmed=True
            )  # fmt: skip
    return users


def _asked(app: App, user: str, line: str, passed: Passed) -> tuple[float, float]:
    """Milliseconds for one answer, and for the same without the cuts."""
    body = urlencode({"command": "/lap", "team_id": TEAM, "user_id": user, "text": line, "channel_id": "D0",
                      "trigger_id": f"{next(_numbers)}.17"})  # fmt: skip
    headers: dict[str, str | Sequence[str]] = {"content-type": FORM, **signed_headers(SIGNING_SECRET, body.encode())}
    before, begun = passed.seconds, time.process_time()
    answer = app.dispatch(BoltRequest(body=body, headers=headers))
    whole = time.process_time() - begun
    if answer.status != 200 or not answer.body:
        raise RuntimeError(f"/lap {line} was answered {answer.status} {answer.body[:200]!r}")
    return whole * 1000, (whole - (passed.seconds - before)) * 1000


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    known = known_on(place)
    found: dict[str, list[tuple[float, float]]] = {}
    with (
        place.slack() as slack,
        opened(place.database("barrier", data.PLAIN), lambda: place.now) as desk,
        timed_cuts() as passed,
    ):
        given = {
            "slack_bot_token": SecretStr(BOT_TOKEN),
            "slack_signing_secret": SecretStr(SIGNING_SECRET),
            "slack_api_url": slack.api_url,
        }
        app = make_app(replace(desk, settings=desk.settings.model_copy(update=given)))
        for kind, user in _users(known, desk).items():
            for line in COMMANDS:
                for turn in range(rounds + 1):
                    tries = [_asked(app, user, line, passed) for _ in range(TIMES)]
                    if turn:  # the first one warms
                        whole, without = (statistics.median(side) for side in zip(*tries, strict=True))
                        found.setdefault(f"`{f'/lap {line}'.strip()}` ({kind})", []).append((whole, without))
    dearest = max(found, key=lambda name: statistics.median(whole / without for whole, without in found[name]))
    yield Line(
        17, f"what the cuts of `audience` cost a command, the dearest of {len(found)}: {dearest}", "ms",
        [whole for whole, _ in found[dearest]], [without for _, without in found[dearest]], "without them",
        at_most=MOST,
    )  # fmt: skip
