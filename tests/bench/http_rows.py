"""Owns rows 1 to 4 and 19: commands and presses over signed HTTP, ours and the bare Bolt app's in turn."""

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.participants import ParticipantKind
from tests.bench import data
from tests.bench.common import SIGNING_SECRET
from tests.bench.load import Answer, p50, p99, send, signed
from tests.bench.places import Place, Server, Slack, side_by_side
from tests.bench.table import Line
from tests.workspace.people import TEAM

ROWS = (1, 2, 3, 4, 19)
BARE = "You speak for `c-"
TAKEN = "`[0-9A-Z]{6}`"
"""How a proposal is answered: with its reference."""
LONGEST = 1000.0  # ms that a writing command may ever take
AT_ONCE = 500.0  # ms in which all who press at once are to be answered

Rounds = list[list[float]]
_numbers = itertools.count(1)
_presses = itertools.count(1)


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    with side_by_side(place) as (reference, ours, slack):
        sides = Sides(reference, ours, slack, rounds)
        measured = {
            1: _acknowledging,
            2: _reading,
            4: _pressing,
            3: _writing,
            19: _living,
        }  # what writes most comes last
        for row in measured:
            if row in wanted:
                yield from measured[row](sides)


@dataclass(frozen=True)
class Timed:
    """Milliseconds of every request by round, and what was wrong with our answers."""

    reference: Rounds
    ours: Rounds
    wrong: str

    def line(self, row: int, what: str, of: Callable[[Sequence[float]], float], **goal: float | str) -> Line:
        its, our = ([of(one) for one in rounds] for rounds in (self.reference, self.ours))
        return Line(row, what, "ms", our, its, wrong=self.wrong, **goal)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sides:
    """The two servers, asked in turn."""

    reference: Server
    ours: Server
    slack: Slack
    rounds: int

    def ask(self, made: Callable[[], list[bytes]], clients: int, answer: str, bare: str = BARE) -> Timed:
        """Sends what *made* gives to each side, a round each in turn; *answer* is how each of ours must read."""
        wrong, found = "", (Rounds(), Rounds())
        for turn in range(self.rounds + 1):
            for side, server in enumerate((self.reference, self.ours)):
                for busy in (self.reference, self.ours):
                    busy.rest()  # what its acts let leave has left, so that this side's turn is its own
                requests = made()
                answers = send(server.port, requests, clients)
                wrong = wrong or _amiss(answers, len(requests), re.compile((answer if side else bare).encode()))
                if turn:  # the first one warms
                    found[side].append([a.seconds * 1000 for a in answers])
        return Timed(*found, wrong)


def _amiss(answers: Sequence[Answer], asked: int, answer: re.Pattern[bytes]) -> str:
    """What was wrong with the first answer that is not what was asked for; empty where all were."""
    bad = next((a for a in answers if a.status != 200 or not answer.search(a.body)), None)
    if bad is not None:
        return f"answered {bad.status} {bad.body[:200].decode(errors='replace')!r}"
    return "" if len(answers) == asked else f"{asked - len(answers)} requests were lost"


def _acknowledging(sides: Sides) -> Iterator[Line]:
    for clients, count in ((1, 1000), (10, 1500)):
        timed = sides.ask(lambda count=count: commands("help", count), clients, "/lap")  # type: ignore[misc]
        what = f"`/lap help`, {clients} client{'s' * (clients > 1)}"
        yield timed.line(1, f"{what}, p50", p50, at_most=1.5)
        yield timed.line(1, f"{what}, p99", p99, at_most=2)


def _reading(sides: Sides) -> Iterator[Line]:
    for text, answer in (("call", "Call of "), ("agenda", "What came of operation")):
        timed = sides.ask(lambda text=text: commands(text, 500), 1, answer)  # type: ignore[misc]
        yield timed.line(2, f"`/lap {text}` as an Agency contact, p50", p50, at_most=3)


def _writing(sides: Sides) -> Iterator[Line]:
    for clients, count in ((1, 200), (50, 300)):
        timed = sides.ask(lambda count=count: proposals(count), clients, TAKEN)  # type: ignore[misc]
        what = f"`/lap propose`, {clients} client{'s' * (clients > 1)}"
        yield timed.line(3, f"{what}, p50", p50, at_most=2)
        yield timed.line(3, f"{what}, p99", p99, at_most=2)
        yield timed.line(3, f"{what}, slowest", max, limit=LONGEST)


def _living(sides: Sides) -> Iterator[Line]:
    """A line of a running call, beside the same bare INSERT as a proposal."""
    who, day = secretary(), f"{data.now() + data.AHEAD:%Y-%m-%d}"
    begun = send(sides.ours.port, [command(who, f"start {day} now")], 1)
    wrong = _amiss(begun, 1, re.compile(rb"has begun|Now|running"))
    timed = sides.ask(lambda: notes(who, 200), 1, TAKEN)
    timed = Timed(timed.reference, timed.ours, wrong or timed.wrong)
    yield timed.line(19, "a line of a running call, `/lap note`, p50", p50, at_most=2)
    yield timed.line(19, "a line of a running call, `/lap note`, p99", p99, at_most=2)
    yield timed.line(19, "a line of a running call, `/lap note`, slowest", max, limit=LONGEST)


def _pressing(sides: Sides) -> Iterator[Line]:
    before = sides.slack.posted()
    timed = sides.ask(lambda: presses(sides.slack), data.PRESSERS, "^$", "^$")
    pressed = (sides.rounds + 1) * data.PRESSERS * 2
    deadline = time.monotonic() + 30
    while (posted := sides.slack.posted() - before) < pressed and time.monotonic() < deadline:
        time.sleep(0.1)
    lost = "" if posted == pressed else f"{pressed - posted} of {pressed} answers never reached Slack"
    line = Timed(timed.reference, timed.ours, timed.wrong or lost)
    yield line.line(4, f"{data.PRESSERS} people press a button at once, slowest", max, limit=AT_ONCE)


# --- what people send ---


def agencies() -> list[str]:
    """The Slack users who are contacts of Agencies, but for the secretariat's own."""
    participants, contacts = data.roster()
    kinds = {p.id: p.kind for p in participants}
    return [
        user
        for user, contact in data.users(contacts)
        if kinds[contact.participant_id] is ParticipantKind.AGENCY and not contact.email.startswith("secretariat")
    ]


def commands(text: str, count: int) -> list[bytes]:
    """That many times ``/lap text``, from the Agencies' contacts in turn."""
    users = agencies()
    return [command(users[n % len(users)], text) for n in range(count)]


def proposals(count: int) -> list[bytes]:
    users = agencies()
    return [
        command(users[n % len(users)], f'propose cases 10 "Calls from gateway {next(_numbers)}"') for n in range(count)
    ]


def secretary() -> str:
    """The Slack user of the first of the secretariat."""
    _, contacts = data.roster()
    return next(user for user, contact in data.users(contacts) if contact.email.startswith("secretariat"))


def notes(user: str, count: int) -> list[bytes]:
    return [command(user, f"note What was said of gateway {next(_numbers)}") for _ in range(count)]


def command(user: str, text: str) -> bytes:
    return signed(
        SIGNING_SECRET,
        {
            "token": "t", "team_id": TEAM, "team_domain": "bench", "channel_id": "D0BENCH",
            "channel_name": "directmessage", "user_id": user, "user_name": "bench", "command": "/lap", "text": text,
            "api_app_id": "A0BENCH", "is_enterprise_install": "false", "response_url": "http://127.0.0.1:9/",
            "trigger_id": _trigger(),
        },
    )  # fmt: skip


def presses(slack: Slack) -> list[bytes]:
    """One press by each of 60 people."""
    _, contacts = data.roster()
    return [press(user, slack) for user, _ in data.users(contacts)]


def press(user: str, slack: Slack) -> bytes:
    """``rsvp.yes`` for the coming call, pressed in an ephemeral message."""
    action = {"action_id": "rsvp.yes", "block_id": "buttons.0", "type": "button", "value": data.coming_call()}
    payload = {
        "type": "block_actions", "user": {"id": user, "username": "bench", "name": "bench", "team_id": TEAM},
        "api_app_id": "A0BENCH", "token": "t", "trigger_id": _trigger(), "team": {"id": TEAM, "domain": "bench"},
        "enterprise": None, "is_enterprise_install": False,
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D0BENCH", "is_ephemeral": True},
        "channel": {"id": "D0BENCH", "name": "directmessage"}, "state": {"values": {}},
        "response_url": slack.response_url(next(_presses)), "actions": [action],
    }  # fmt: skip
    return signed(SIGNING_SECRET, {"payload": json.dumps(payload)})


def _trigger() -> str:
    return f"{next(_numbers)}.1000000.bench"
