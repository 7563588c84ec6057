"""Owns the proofs of the JSON doors, asked over HTTP as a script would."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.workspace.serve import Served, served_workspace
from tests.workspace.tests.example_bot import example_app, served
from tests.workspace.tests.test_mail_drop import invitation
from tests.workspace.tests.test_modals import FILLED


@pytest.fixture
def http(whole: Served) -> Iterator[httpx.Client]:
    """A client of the doors."""
    with httpx.Client(base_url=whole.url, timeout=10) as client:
        yield client


def said(http: httpx.Client, user: str) -> list[str]:
    """The texts *user* sees."""
    return [m["text"] for m in http.get("/api/messages", params={"user": user}).json()]


def test_a_command_answers_with_text_blocks_and_buttons(http: httpx.Client) -> None:
    found = http.post("/api/command", json={"user": "au-acma", "channel": "lap-agencies", "text": "ask R1"}).json()
    assert (found["status"], found["text"], [b["type"] for b in found["blocks"]], found["buttons"][0]) == (
        200,
        "Sure?",
        ["section", "actions"],
        {
            "action_id": "yes",
            "value": "R1",
            "text": "Yes",
            "block_id": found["blocks"][1]["block_id"],
            "type": "button",
            "style": "",
            "url": "",
        },
    )


def test_the_word_of_the_command_may_be_typed_or_left_out(http: httpx.Client) -> None:
    answers = [http.post("/api/command", json={"user": "au-acma", "text": t}).json() for t in ("/lap hi", "hi")]
    assert [a["text"] for a in answers] == ["You said hi"] * 2


def test_a_button_is_pressed_in_the_message_it_stands_in(http: httpx.Client) -> None:
    asked = http.post("/api/command", json={"user": "au-acma", "text": "ask R1"}).json()
    press = {"user": "au-acma", "message": asked["message"], "action_id": "yes"}
    assert (http.post("/api/press", json=press).json()["text"], said(http, "au-acma")) == ("Done: R1", ["Done: R1"])


def test_a_modal_is_opened_read_and_submitted(http: httpx.Client) -> None:
    view = http.post("/api/command", json={"user": "au-acma", "text": "form"}).json()["view"]
    fields = {f["block_id"]: f["type"] for f in view["fields"]}
    done = http.post("/api/submit", json={"user": "au-acma", "view": view["id"], "values": FILLED}).json()
    assert (fields["topic"], done["ok"], done["text"]) == ("static_select", True, "Taken: Botnets")


def test_errors_of_a_submission_are_told_by_block(http: httpx.Client) -> None:
    view = http.post("/api/command", json={"user": "au-acma", "text": "form"}).json()["view"]
    body = {"user": "au-acma", "view": view["id"], "values": FILLED | {"title": "bad"}}
    assert http.post("/api/submit", json=body).json()["errors"] == {"title": "Another title, please"}


def test_open_views_are_listed_and_can_be_closed(http: httpx.Client) -> None:
    http.post("/api/command", json={"user": "au-acma", "text": "form"})
    [view] = http.get("/api/views", params={"user": "au-acma"}).json()
    http.post("/api/close", json={"user": "au-acma", "view": view["id"]})
    assert http.get("/api/views", params={"user": "au-acma"}).json() == []


def test_external_options_are_asked_of_the_bot(http: httpx.Client) -> None:
    view = http.post("/api/command", json={"user": "au-acma", "text": "form"}).json()["view"]
    body = {"user": "au-acma", "view": view["id"], "action_id": "who", "value": "har"}
    assert [o["value"] for o in http.post("/api/options", json=body).json()["options"]] == ["harbour-bank"]


def test_mails_are_given_with_their_parts_as_text(http: httpx.Client, whole: Served) -> None:
    to = "secretariat@us-ftc.example"
    with smtplib.SMTP(whole.mail.host, whole.mail.port) as client:
        client.send_message(invitation(to))
    [mail] = http.get("/api/mails", params={"to": "us-ftc-secretariat"}).json()
    assert (mail["to"], mail["from"], mail["subject"], mail["method"], mail["calendar"].splitlines()[2]) == (
        to,
        "Calls <calls@lap.example>",
        "Réunion, 16 February",
        "REQUEST",
        "SUMMARY:Zusammenkünfte",
    )


def test_everybody_is_listed_in_groups(http: httpx.Client) -> None:
    users = http.get("/api/users").json()
    groups = list(dict.fromkeys(u["group"] for u in users))
    assert groups == ["secretariat", "agencies", "private sector", "observers", "others"]


def test_the_clock_is_set_and_advanced(http: httpx.Client, whole: Served) -> None:
    http.post("/api/clock", json={"now": "2027-01-05T10:00:00+00:00"})
    moved = [http.post("/api/clock", json={"advance": step}).json()["now"] for step in ("+14d", "2h", 90, "2mo")]
    assert (moved, http.get("/api/clock").json()["now"]) == (
        [
            "2027-01-19T10:00:00+00:00",
            "2027-01-19T12:00:00+00:00",
            "2027-01-19T12:01:30+00:00",
            "2027-03-19T12:01:30+00:00",
        ],
        "2027-03-19T12:01:30+00:00",
    )


def test_what_falls_due_by_a_move_is_done_before_the_answer() -> None:
    ticks: list[datetime] = []
    with served_workspace() as made:
        made.doors.after_move = lambda: ticks.append(made.clock.now())
        made.clock.freeze()
        httpx.post(f"{made.url}/api/clock", json={"now": "2027-01-05T10:00:00+00:00"})
        httpx.get(f"{made.url}/api/clock")
    assert ticks == [datetime(2027, 1, 5, 10, tzinfo=UTC)]


def test_what_is_due_is_delivered_before_doors_tell_what_followed() -> None:
    due: list[str] = []
    with served_workspace() as made, served(example_app(made.slack)) as url:
        made.slack.bot_url = url
        reader = made.slack.user("gb-ico")
        channel = made.slack.state.direct(reader.id).id

        async def settle() -> None:
            while due:
                made.slack.say(reader.id, channel, due.pop())

        made.doors.settle = settle
        with httpx.Client(base_url=made.url) as http:
            due.append("before reading")
            first = said(http, "gb-ico")
            due.append("after a command")
            http.post("/api/command", json={"user": "au-acma", "text": "hi"})
            second = [m.text for m in made.slack.messages("gb-ico")]
    assert (first, second) == (["before reading"], ["before reading", "after a command"])


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/api/command", {"text": "hi"}, 400, "user is missing"),
        ("/api/command", {"user": "nobody", "text": "hi"}, 409, "there is no user 'nobody' in the workspace"),
        ("/api/command", {"user": "au-acma", "channel": "x", "text": "hi"}, 409, "there is no channel 'x'"),
        ("/api/press", {"user": "au-acma", "message": "m99", "action_id": "x"}, 409, "au-acma sees no message m99"),
        ("/api/submit", {"user": "au-acma", "view": "V1"}, 409, "au-acma has no view V1"),
        ("/api/clock", {}, 400, 'say {"now": "2027-01-05T10:00:00+00:00"} or {"advance": "+14d"}'),
        ("/api/clock", {"advance": "soon"}, 400, "a step is a number of seconds, or like +14d, 2h, 30m, 1w, 2mo"),
        ("/api/clock", {"now": "later"}, 400, "Invalid isoformat string: 'later'"),
        ("/api/clock", [1], 400, "the body must be a JSON object"),
    ],
)
def test_a_door_that_cannot_says_why(http: httpx.Client, path: str, body: Any, status: int, says: str) -> None:
    found = http.post(path, json=body)
    assert (found.status_code, found.json()) == (status, {"error": says})


def test_a_body_that_is_not_json_is_refused(http: httpx.Client) -> None:
    found = http.post("/api/command", content=b"user=au-acma")
    assert (found.status_code, found.json()) == (400, {"error": "the body must be JSON"})
