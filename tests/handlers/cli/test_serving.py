"""The serving processes as they really run: ready, answering, ended well; alone on SQLite, several on PostgreSQL."""

import json
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.announcing import announce_call
from handlers.calls import add_call
from handlers.identity import the_machine
from handlers.roster import import_roster
from handlers.settings import Settings
from handlers.wiring import make_desk
from storage.migrate import migrate
from tests.cast import ROSTER, SECRET, Cast, Clock
from tests.handlers.cli.processes import lap, running, settings_of
from tests.workspace.serve import Served, served_workspace

AGENCIES = 35  # contacts of Agencies who attend


def invited(served: Served) -> set[str]:
    """Everybody who was mailed."""
    return {m.to for m in served.mail.mails()}


@pytest.fixture
def served() -> Iterator[Served]:
    """Slack and a mail server, on the real time."""
    with served_workspace(patience=30.0) as made:
        yield made


def fill(database_url: str) -> str:
    """A migrated database with the roster and a call whose call for items is due; returns the call's name."""
    settings = Settings(_env_file=None, database_url=database_url, mail_from="calls@lap.example", lap_secret=SECRET)
    desk = make_desk(settings)
    migrate(desk.store)
    files = [(ROSTER / f"{name}.csv").read_bytes() for name in ("participants", "contacts")]
    import_roster(desk, the_machine("tests"), *files)
    secretary = Cast(desk, Clock()).secretary
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    name = add_call(desk, secretary, start, 90, "Members' call").name
    announce_call(desk, secretary, name)
    desk.store.close()
    return name


def test_serve_answers_delivers_and_ends_well(tmp_path: Path, served: Served) -> None:
    name = fill(f"sqlite:///{tmp_path}/lap.db")
    settings = settings_of(served, f"sqlite:///{tmp_path}/lap.db")
    with running(tmp_path, "serve", **settings) as house:
        house.ready()
        assert house.get("/healthz") == (200, "alive\n")
        served.slack.bot_url = house.url
        assert name in served.slack.command("nz-dia", "calls").text
        assert len({m.to for m in served.mail.wait_for(3 * AGENCIES, seconds=60)}) == AGENCIES
        doctor = lap(tmp_path, "doctor", **settings)
        assert (doctor.status, doctor.out.splitlines()[-1]) == (0, "All is well.")
        assert house.stop() == 0
    lines = [json.loads(line) for line in house.log.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["listening", "stopping"]
    assert (tmp_path / "lap.db.lock").read_text() == ""


@pytest.mark.postgres
def test_every_agency_is_told_once_however_many_ask_what_is_due(tmp_path: Path, served: Served, postgres: str) -> None:
    """Two processes tick, and two work, on one PostgreSQL."""
    fill(postgres)
    settings = settings_of(served, postgres)
    with (
        running(tmp_path, "worker", "one", **settings) as one,
        running(tmp_path, "worker", "two", **settings) as two,
    ):
        ticks = [threading.Thread(target=lambda: lap(tmp_path, "tick", **settings)) for _ in range(2)]
        for thread in ticks:
            thread.start()
        for thread in ticks:
            thread.join()
        for worker in (one, two):
            worker.says('"working"')
        served.mail.wait_for(3 * AGENCIES, seconds=60)
        assert [one.stop(signal.SIGHUP), two.stop()] == [0, 0]
    # What the secretariat reads once a day is due or not by the hour at which this runs.
    told = {
        to: Counter(m.subject.split(":")[0] for m in served.mail.mails(to) if "other secretariat" not in m.subject)
        for to in invited(served)
    }
    assert {tuple(sorted(subjects.items())) for subjects in told.values()} == {
        (("Invitation", 1), ("Items wanted", 1), ("Who writes to you, and why", 1)),
    }
    assert len(told) == AGENCIES


def test_socket_mode_serves_the_same_without_an_address(tmp_path: Path, served: Served) -> None:
    name = fill(f"sqlite:///{tmp_path}/lap.db")
    settings = settings_of(served, f"sqlite:///{tmp_path}/lap.db", SLACK_APP_TOKEN=served.slack.app_token)
    with running(tmp_path, "serve", **{**settings, "SLACK_SIGNING_SECRET": ""}) as house:
        house.ready()
        assert name in served.slack.command("nz-dia", "calls").text
        assert house.get("/slack/events")[0] == 404
        assert house.stop(signal.SIGINT) == 0


@pytest.mark.postgres
def test_on_postgresql_a_database_that_is_behind_is_refused_and_migrate_is_named(
    tmp_path: Path, served: Served, postgres: str
) -> None:
    settings = settings_of(served, postgres)
    says = "The database is not at the version of this program. `lap migrate` brings it there.\n"
    ended = [lap(tmp_path, command, **settings) for command in ("web", "worker")]
    assert [(e.status, e.err) for e in ended] == [(1, says), (1, says)]
    assert lap(tmp_path, "migrate", **settings).status == 0
    with running(tmp_path, "web", **settings) as web:
        web.ready()
        served.slack.bot_url = web.url
        assert served.slack.command("nz-dia", "").text.startswith("I do not know that command")
        assert web.stop() == 0


def test_what_goes_wrong_is_logged_without_secrets_and_readiness_names_it(tmp_path: Path, served: Served) -> None:
    fill(f"sqlite:///{tmp_path}/lap.db")
    settings = settings_of(served, f"sqlite:///{tmp_path}/lap.db")
    served.mail.down()
    with running(tmp_path, "serve", **{**settings, "SLACK_BOT_TOKEN": "xoxb-not-the-right-one"}) as house:
        house.says('"listening"')
        house.says("a message waits")
        status, said = house.get("/readyz")
        assert (status, json.loads(said)) == (503, {"failing": ["mail", "slack"]})
        assert house.get("/healthz")[0] == 200
        assert house.stop(signal.SIGHUP) == 0
    log = house.log.read_text()
    assert not [name for name, value in settings.items() if "SECRET" in name and value in log]
    assert "xoxb-not-the-right-one" not in log
    assert "nz-dia" not in log
    assert "Members' call" not in log
