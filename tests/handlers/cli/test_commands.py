"""What each command of ``lap`` does, says and ends with, as a real process."""

import json
import os
import re
import socket
import threading
from pathlib import Path

import pytest

from handlers.cli.arguments import parser
from storage import lock
from tests.cast import ROSTER
from tests.handlers.cli.processes import Ended, lap

SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-token-of-the-tests",
    "SLACK_SIGNING_SECRET": "signing-secret-of-the-tests",
    "SLACK_API_URL": "http://127.0.0.1:9/",
    "SMTP_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "calls@lap.example",
    "LAP_SECRET": "a-secret-of-the-tests-that-is-long-enough",
}
MISSING = """\
These settings have to be mended first; `.env.sample` shows them all, and a copy of it, `.env`, holds yours.
SLACK_BOT_TOKEN is not set: give the bot's token, from “OAuth & Permissions” of the Slack app.
SLACK_SIGNING_SECRET is not set: give the signing secret, from “Basic Information” of the Slack app, or set \
SLACK_APP_TOKEN for Socket Mode.
SMTP_URL is not set: write smtp[s]://user:password@host:port?starttls=1, for your mail server.
MAIL_FROM is not set: give the address of the secretariat's role mailbox, for example calls@plan.example.
LAP_SECRET is not set: give 32 or more random characters, for example from `openssl rand -base64 32`.
"""


@pytest.mark.parametrize("args", [(), ("fly",), ("roster",), ("roster", "import"), ("serve", "twice")])
def test_wrong_use_is_answered_with_the_usage_and_status_2(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(args)
    assert (ended.value.code, capsys.readouterr().err.startswith("usage: lap")) == (2, True)


def test_help_names_every_command(tmp_path: Path) -> None:
    ended = lap(tmp_path, "--help")
    named = {line.split()[0] for line in ended.out.splitlines() if re.match(r" {4}\S", line)}
    assert (ended.status, ended.err) == (0, "")
    assert named == {
        "serve", "web", "worker", "tick", "migrate", "procedure", "roster", "doctor", "audit", "subject", "hold",
    }  # fmt: skip


@pytest.mark.parametrize("command", ["serve", "tick"])
def test_every_missing_setting_is_told_at_once_with_its_remedy(tmp_path: Path, command: str) -> None:
    ended = lap(tmp_path, command)
    assert (ended.status, ended.out, ended.err) == (1, "", MISSING)


def test_wrong_settings_are_told_by_name_and_never_by_value(tmp_path: Path) -> None:
    wrong = {
        "SMTP_URL": "mail://user:hidden@host",
        "LAP_SECRET": "hidden",
        "MAIL_FROM": "hidden <a@b>",
        "PORT": "hidden",
    }
    given = {**SETTINGS, **wrong, "DATABASE_URL": "oracle://user:hidden@host", "SLACK_APP_TOKEN": "xapp-hidden"}
    ended = lap(tmp_path, "serve", **{**given, "SLACK_SIGNING_SECRET": ""})  # Socket Mode needs none
    assert ended.status == 1
    assert [line.split(" is wrong: ")[0] for line in ended.err.splitlines()[1:]] == [
        "DATABASE_URL", "SMTP_URL", "MAIL_FROM", "PORT", "LAP_SECRET",
    ]  # fmt: skip
    assert "hidden" not in ended.err


@pytest.mark.parametrize("port", ["abc", "70000", "-1", "3000.5"])
def test_what_no_setting_can_be_is_told_with_what_to_write_instead(tmp_path: Path, port: str) -> None:
    wrong = {"PORT": port, "SLACK_API_URL": "slack.com", "LAP_SECRETARIAT": "jane@agency.example, the chair"}
    ended = lap(tmp_path, "tick", **{**SETTINGS, **wrong})
    assert (ended.status, ended.out, ended.err.splitlines()[1:]) == (1, "", [
        "SLACK_API_URL is wrong: give the base of the Web API, https://slack.com/api/, or leave it out for Slack's "
        "own.",
        "PORT is wrong: give the number of a free port, for example 3000.",
        "LAP_SECRETARIAT is wrong: give e-mail addresses or Slack user ids with commas between, for example "
        "jane@agency.example.",
    ])  # fmt: skip


def test_a_password_that_reads_as_a_port_or_a_path_is_told_by_name_and_shown_nowhere(tmp_path: Path) -> None:
    wrong = {
        "SMTP_URL": "smtp://user:hid/den@host:25",
        "IMAP_URL": "imaps://user:hid/den@host/INBOX",
        "DATABASE_URL": "postgresql+psycopg://user:hid/den@host:port/name",
        "PUBLIC_URL": "lap.example",
    }
    ended = [lap(tmp_path, command, **{**SETTINGS, **wrong}) for command in ("serve", "doctor")]
    assert [e.status for e in ended] == [1, 1]
    assert [line.split(" is wrong: ")[0] for line in ended[0].err.splitlines()[1:]] == [
        "DATABASE_URL", "SMTP_URL", "IMAP_URL", "PUBLIC_URL",
    ]  # fmt: skip
    assert [e for e in ended if "hid" in e.out + e.err or "Traceback" in e.out + e.err] == []


def test_what_nobody_thought_of_is_logged_without_secrets_and_ends_with_a_reference(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    procedure = lap(tmp_path, "procedure", out=tmp_path / "full", **SETTINGS)
    logged, said = procedure.err.splitlines()
    line = json.loads(logged)
    assert (procedure.status, line["event"], line["command"]) == (1, "a command went wrong", "procedure")
    assert said == (
        f"Something went wrong here; what it was stands above under the reference {line['reference']}. `lap doctor` "
        "checks settings, database, mail and Slack."
    )
    assert SETTINGS["LAP_SECRET"] not in procedure.err


@pytest.mark.parametrize("command", ["web", "worker"])
def test_several_processes_on_sqlite_are_refused_and_serve_is_named(tmp_path: Path, command: str) -> None:
    ended = lap(tmp_path, command, **SETTINGS)
    assert (ended.status, ended.err) == (
        1,
        f"`lap {command}` needs PostgreSQL, because an SQLite file takes one writing process. Use `lap serve`, which "
        "does all in one, or set DATABASE_URL to a PostgreSQL.\n",
    )


def test_migrating_twice_is_done_twice(tmp_path: Path) -> None:
    said = Ended(0, "The database is at the version of this program.\n", "")
    assert [lap(tmp_path, "migrate") for _ in range(2)] == [said, said]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("tick",), "The database is not at the version of this program. `lap migrate` brings it there.\n"),
        (
            ("roster", "import", str(ROSTER)),
            "There is no database at lap.db. `lap migrate` makes one, and so does `lap serve`.\n",
        ),
        (
            ("roster", "export", "out"),
            "There is no database at lap.db. `lap migrate` makes one, and so does `lap serve`.\n",
        ),
    ],
)
def test_a_database_that_is_not_there_is_named_with_what_makes_one(
    tmp_path: Path, args: tuple[str, ...], says: str
) -> None:
    ended = lap(tmp_path, *args, **SETTINGS)
    assert (ended.status, ended.err) == (1, says)


def test_the_roster_goes_in_and_comes_out_the_same(tmp_path: Path) -> None:
    lap(tmp_path, "migrate")
    came = lap(tmp_path, "roster", "import", str(ROSTER))
    went = lap(tmp_path, "roster", "export", "out")
    assert (came.status, went.status, came.err + went.err) == (0, 0, "")
    for name in ("participants.csv", "contacts.csv"):
        assert (tmp_path / "out" / name).read_text() == (ROSTER / name).read_text()


def test_a_tick_with_nothing_due_says_so(tmp_path: Path) -> None:
    lap(tmp_path, "migrate")
    ended = lap(tmp_path, "tick", **SETTINGS)
    assert (ended.status, ended.out) == (0, "Nothing was due.\n")


def test_a_first_secretariat_that_is_not_there_yet_is_named_and_given_the_role_by_the_import(tmp_path: Path) -> None:
    who = {"LAP_SECRETARIAT": "spam-enforcement@nz-dia.example"}
    assert lap(tmp_path, "migrate", **who).out.splitlines()[1:] == [
        "LAP_SECRETARIAT names who is no contact of an Agency yet: spam-enforcement@nz-dia.example. "
        "`lap roster import DIR` brings the contacts and gives them the role."
    ]
    lap(tmp_path, "roster", "import", str(ROSTER), **who)
    assert lap(tmp_path, "migrate", **who).out.splitlines()[1:] == []


def test_the_procedure_in_force_is_printed_complete(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[steps]\nreminder_hour = 3\n")
    ended = lap(tmp_path, "procedure", LAP_PROCEDURE="mine.toml")
    (tmp_path / "whole.toml").write_text(ended.out)
    again = lap(tmp_path, "procedure", LAP_PROCEDURE="whole.toml")
    assert (ended.status, "reminder_hour = 3\n" in ended.out, again.out) == (0, True, ended.out)


def test_a_wrong_procedure_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[steps]\nreminder_hour = 99\n")
    ended = lap(tmp_path, "procedure", LAP_PROCEDURE="mine.toml")
    assert (ended.status, ended.err.splitlines()[0]) == (1, "The procedure file is not in force.")
    assert ended.err.splitlines()[1].startswith("Line 2, [steps] reminder_hour: ")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = lap(tmp_path, "serve", PORT=port, **SETTINGS)
    assert (ended.status, ended.err) == (
        1,
        f"127.0.0.1:{port} cannot be listened on (Address already in use). "
        "Set HOST and PORT to an address and port that are free.\n",
    )


def test_who_holds_the_file_is_named_to_everybody_else_who_would_write_it(tmp_path: Path) -> None:
    lap(tmp_path, "migrate")
    commands = (("tick",), ("roster", "import", str(ROSTER)), ("serve",), ("subject", "erase", "x@y.zz"))
    ended = {}
    with lock.alone(tmp_path / "lap.db", "lap serve", 0):
        threads = [
            threading.Thread(target=lambda args=args: ended.update({args: lap(tmp_path, *args, **SETTINGS)}))
            for args in commands
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        unhindered = [lap(tmp_path, *args) for args in (("roster", "export", "out"), ("audit", "verify"))]
    says = (
        f"lap.db is being written by another process: pid {os.getpid()} on {socket.gethostname()}, `lap serve`. "
        "Only one may write an SQLite file. Stop that one, or wait until it is done; then try again.\n"
    )
    assert {(e.status, e.err) for e in ended.values()} == {(1, says)}
    assert [ended.status for ended in unhindered] == [0, 0]


def test_the_doctor_names_what_is_to_be_mended(tmp_path: Path) -> None:
    lap(tmp_path, "migrate")
    ended = lap(tmp_path, "doctor", **SETTINGS)
    lines = ended.out.splitlines()
    assert (ended.status, lines[:2]) == (1, ["ok settings", "ok database"])
    assert any(line.startswith("-- procedure: [audit] heads names no address. Name two, ") for line in lines)
    assert any(line.startswith("!! mail: The mail server takes no mail from calls@lap.example: ") for line in lines)
    assert any(line.startswith("!! Slack: Slack does not answer") for line in lines)
    assert lines[-1] == "Mend what is marked with !!, then run `lap doctor` again."
    assert any(
        line.startswith("-- links: The links in mails lead to http://127.0.0.1:3000, which nobody") for line in lines
    )
    public = lap(tmp_path, "doctor", **SETTINGS, PUBLIC_URL="https://lap.example")
    assert "links" not in [line.split(": ")[0].split(" ")[-1] for line in public.out.splitlines()]


def test_the_doctor_goes_on_past_wrong_settings_and_names_rooms_and_a_secretariat_that_lack(tmp_path: Path) -> None:
    lap(tmp_path, "migrate")
    given = {**SETTINGS, "PORT": "hidden", "LAP_PROCEDURE": "nowhere.toml", "LAP_SECRETARIAT": "a@nobody.example"}
    ended = lap(tmp_path, "doctor", **{**given, "SMTP_URL": "mail://host"})
    parts = (line.split(": ")[0] for line in ended.out.splitlines() if line.startswith(("!!", "--", "ok")))
    lines = [part for part in parts if part != "-- SQLite"]
    assert (ended.status, lines) == (
        1,
        [
            "!! settings", "!! procedure", "ok database", "-- LAP_SECRETARIAT", "-- procedure", "-- bridges",
            "-- links", "!! Slack",
        ],
    )  # fmt: skip
    assert "LAP_SECRETARIAT names who is no contact of an Agency yet: a@nobody.example." in ended.out
    assert "[bridges] urls names no conference room, so the links to join lead nowhere." in ended.out


def test_a_database_that_cannot_be_read_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "lap.db").write_bytes(b"this is no database" * 100)
    says = "The database does not answer. See that DATABASE_URL names one that can be reached and read.\n"
    for args in (("migrate",), ("tick",), ("roster", "export", "out")):
        ended = lap(tmp_path, *args, **SETTINGS)
        assert (ended.status, ended.err) == (1, says), args
