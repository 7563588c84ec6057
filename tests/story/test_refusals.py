"""Refused with a clear answer, nothing changed; hostile text taken and shown inert: all over signed HTTP."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, text

from handlers.announcing import announce_call
from handlers.calls import add_call
from handlers.desk import NOT_NOW, Desk
from handlers.slack.app import NO_LONGER
from handlers.slack.front import Front
from handlers.slack.rooms import ROOMS
from storage.store import Store
from tests.cast import Cast
from tests.slack_front import TEAM, say
from tests.state import state
from tests.story.teller import Teller, reference, utc
from tests.workspace.clock import MovableClock
from tests.workspace.running import running

S = "secretariat@us-ftc.example"
NZ = "spam-enforcement@nz-dia.example"
CALL = "2027-02-16"


@pytest.fixture(scope="module")
def teller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teller]:
    clock = MovableClock(utc("2026-12-07T09:00"), frozen=True)
    with running(tmp_path_factory.mktemp("refusals"), clock=clock) as made:
        told = Teller(made)
        told.says(S, f'call add {CALL} 13:00 UTC for 90 "Members\' call"')
        told.says(S, f"announce {CALL} go")
        told.says(S, f'segment add {CALL} joint 30 "Reports" go')
        yield told


REFUSED = [
    (S, "frobnicate the call", "/lap help"),
    (S, "call 2031-01-01", "/lap calls"),
    (S, "call soon", "/lap calls"),
    (S, f"admit nobody-at-all to {CALL}", "nobody-at-all"),
    (NZ, f"object nobody-at-all to {CALL}", "nobody-at-all"),
    (NZ, f'propose {CALL} gardening 10 "Roses"', "A.3.a cases"),
    (S, 'call add 2027-03-16 13:00 Europe/Atlantis for 60 "A call"', "Atlantis"),
    (S, 'call add 2026-12-01 13:00 UTC for 60 "A call"', "gone by"),
    (S, 'call add 2027-03-16 25:00 UTC for 60 "A call"', "25:00"),
    (S, 'call add 2027-02-30 13:00 UTC for 60 "A call"', "2027-02-30"),
    (S, 'call add 2027-03-28 01:30 Europe/London for 60 "A call"', "01:30"),
    (S, 'call add 2027-10-31 01:30 Europe/London for 60 "A call"', "01:30"),
    (S, 'call add 2027-03-16 13:00 UTC for 0 "A call"', "minutes"),
    (S, 'call add 2027-03-16 13:00 UTC for -5 "A call"', "minutes"),
    (S, f'segment add {CALL} joint 91 "Too long" go', "minutes"),
    (NZ, f'propose {CALL} cases 91 "Too long"', "minutes"),
    (S, f'call add 2027-03-16 13:00 UTC for 60 "{"x" * 201}"', "200"),
    (NZ, f'propose {CALL} cases 10 "{"x" * 201}"', "200"),
    (S, 'call add 2027-03-16 13:00 UTC for 60 "Unclosed', "quote"),
    (S, 'call add 10/11 13:00 UTC for 60 "A call"', "10/11"),
    (NZ, f"approve {CALL}", "secretariat"),
    ("harbour-bank", f"call {CALL}", "/lap calls"),
    (NZ, "timezone Middle/Earth", "Earth"),
]


@pytest.mark.parametrize(
    ("who", "line", "names"), REFUSED, ids=[f"{w.split('@')[0]}: {line[:40]}" for w, line, _ in REFUSED]
)
def test_refused_with_what_was_not_understood_and_nothing_is_changed(
    teller: Teller, who: str, line: str, names: str
) -> None:
    before = state(teller.made.house.desk.store)
    answer = teller.says(who, line)
    assert names.casefold() in answer.casefold()
    assert "Traceback" not in answer
    assert state(teller.made.house.desk.store) == before


INERT = [
    ("<!channel> Heron", "&lt;!channel&gt; Heron"),
    ("<@U1> Heron", "&lt;@U1&gt; Heron"),
    ("Salt & pepper", "Salt &amp; pepper"),
    ("The “curly” one", "The “curly” one"),
    (
        "Family \U0001f469\u200d\U0001f469\u200d\U0001f467 plan",
        "Family \U0001f469\u200d\U0001f469\u200d\U0001f467 plan",
    ),
    ("Right\u200fto\u200eleft", "Right\u200fto\u200eleft"),
    ("Two\nlines", "Two lines"),
    ("Nul\x00 and \x07 bell", "Nul and  bell"),
    ("Sep\u2028ara\u2029tors", "Separators"),
    ("Over\u202eride\u202c and \u2066iso\u2069lates", "Override and isolates"),
]


@pytest.mark.parametrize(("typed", "shown"), INERT, ids=[repr(t)[:30] for t, _ in INERT])
def test_hostile_text_is_taken_and_shown_inert(teller: Teller, typed: str, shown: str) -> None:
    answer = teller.says(NZ, f'propose {CALL} cases 5 "{typed}"')
    assert shown in answer
    assert shown in teller.says(NZ, f"agenda {CALL}")
    teller.says(NZ, f"item {reference(answer)} withdraw")


def test_a_request_that_arrives_twice_acts_once(teller: Teller) -> None:
    slack = teller.made.served.slack
    first = slack.command(NZ, f'propose {CALL} cases 5 "Only once"')
    again = slack.again(NZ, first)
    assert f"already done: `{reference(first.text)}`" in again.text
    assert teller.says(NZ, f"agenda {CALL}").count("Only once") == 1


def payload(**of: object) -> bytes:
    """An interaction of somebody, as Slack sends it."""
    said = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "trigger_id": "1.4", **of}
    return urlencode({"payload": json.dumps(said)}).encode()


BODY = b"command=%2Flap&text=calls&user_id=U1&team_id=T1&trigger_id=1.2"


@pytest.mark.parametrize(
    ("how", "statuses"),
    [
        ({"headers": {"X-Slack-Signature": "v0=" + "0" * 64}}, {401}),
        ({"timestamp": 1_700_000_000}, {401}),
        ({"signed": False}, {401}),
        ({"body": b"\xff\xfe{not a form"}, {400, 401}),
        ({"body": b"payload=%7Bnot+json"}, {400, 404}),
        ({"body": b"payload=null", "signed": False}, {400}),
        ({"body": b"[1]", "content_type": "application/json", "signed": False}, {400}),
        ({"body": BODY + b"x" * (4 << 20)}, {413}),
        ({"body": b"payload=%7B%22type%22%3A%22block_actions%22%7D"}, {200, 400, 404}),
    ],
    ids=[
        "a wrong signature",
        "an old timestamp",
        "no signature",
        "no form",
        "no JSON",
        "null",
        "a list",
        "too much",
        "a press without a button",
    ],
)
def test_a_request_that_is_not_slacks_changes_nothing(teller: Teller, how: dict[str, Any], statuses: set[int]) -> None:
    before = state(teller.made.house.desk.store)
    answer = teller.made.served.slack.raw(**{"body": BODY, **how})
    assert answer.status in statuses
    assert b"Traceback" not in answer.body
    assert state(teller.made.house.desk.store) == before


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"command=%2Fcalls&text=x&user_id=U1&team_id=T1&trigger_id=1.3", (200, NO_LONGER.encode())),
        (payload(type="shortcut", callback_id="gone"), (200, b"")),
        (payload(type="message_action", callback_id="gone"), (200, b"")),
        (payload(type="view_closed", view={"callback_id": "gone"}), (200, b"")),
        (payload(type="block_suggestion", action_id="gone", block_id="b", value="x"), (200, b'{"options": []}')),
    ],
    ids=["another command", "a shortcut", "a message's shortcut", "a modal closed", "options"],
)
def test_what_nothing_listens_to_is_accepted_and_changes_nothing(
    teller: Teller, body: bytes, answer: tuple[int, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    before = state(teller.made.house.desk.store)
    got = teller.made.served.slack.raw(body=body)
    assert (got.status, got.body) == answer
    said = "".join(capfd.readouterr())
    assert ("nothing here listens to a request" in said, "def handle_" in said) == (True, False)
    assert state(teller.made.house.desk.store) == before


def test_who_uses_a_shortcut_that_is_gone_is_told_so_alone(teller: Teller) -> None:
    slack = teller.made.served.slack
    url = slack.command(NZ, "calls").response_url
    got = slack.raw(body=payload(type="message_action", callback_id="gone", response_url=url))
    with slack.state.changed:
        told = slack.state.changed.wait_for(lambda: [m for m in slack.messages(NZ) if m.text == NO_LONGER], timeout=10)
    assert (got.status, [m.only_for for m in told]) == (200, [slack.user(NZ).id])


def test_who_takes_their_account_to_another_organisation_is_nobody_from_then_on(teller: Teller) -> None:
    slack, who = teller.made.served.slack, "spam-enforcement@jp-mic.example"
    user = slack.user(who).id
    before = teller.says(user, f"call {CALL}")
    slack.change_user(user, email="jane@harbour-bank.example")
    after = teller.says(user, f"call {CALL}")
    slack.change_user(user, email=who)
    assert ("Members' call" in before, after, teller.says(user, "calls")) == (True, after, after)
    assert after.startswith("I do not know that command")


def test_an_answer_that_slack_does_not_take_any_more_is_logged(
    teller: Teller, capsys: pytest.CaptureFixture[str]
) -> None:
    slack = teller.made.served.slack
    url = slack.command(NZ, "calls").response_url
    slack.break_down("response_url", status=404)
    slack.raw(body=payload(type="message_action", callback_id="gone", response_url=url))
    end, logged = time.monotonic() + 10, ""
    while "HTTP 404" not in logged and time.monotonic() < end:
        logged += capsys.readouterr().out
        time.sleep(0.01)
    assert ("slack did not take an answer" in logged, "HTTP 404" in logged) == (True, True)


def ask(desk: Desk, line: str) -> str:
    """The answer to NZ's officer, whose Slack user is known."""
    body = {"team_id": TEAM, "user_id": "U-nz-dia", "text": line, "channel_id": "D1", "trigger_id": desk.new_id()}
    return Front(desk, ROOMS, lambda *_: None).command(body).text


@pytest.fixture
def planned(cast: Cast) -> Cast:
    """A cast with an announced call, whose NZ officer has been in Slack."""
    add_call(cast.desk, cast.secretary, cast.clock().replace(month=3), 60, "Members' call")
    announce_call(cast.desk, cast.secretary, "2027-03-04")
    assert "Members' call" in say(cast, cast.actor("nz-dia"), "calls").text
    return cast


def test_a_full_disk_is_told_and_nothing_is_half_done(planned: Cast) -> None:
    with planned.desk.store.read() as tx:
        pages = tx.execute(text("PRAGMA page_count")).scalar()
    small = Store(str(planned.desk.store.url))
    event.listen(
        small.engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {pages}")
    )
    desk = replace(planned.desk, store=small)
    answer, kept = "", 0
    while "disk" not in answer and kept < 200:
        before = state(planned.desk.store)
        answer = ask(desk, f'propose next cases 5 "{"x" * 190} {kept}"')
        kept += 1
    small.close()
    assert answer == NOT_NOW["full"]
    assert state(planned.desk.store) == before


def test_a_read_only_database_is_told_and_can_be_read(planned: Cast, tmp_path: Path) -> None:
    planned.desk.store.close()
    locked = Store(f"sqlite:///file:{tmp_path}/lap.db?mode=ro&uri=true")
    desk = replace(planned.desk, store=locked)
    assert ask(desk, 'propose next cases 5 "A title"') == NOT_NOW["read-only"]
    assert "Members' call" in ask(desk, "calls")
    locked.close()
