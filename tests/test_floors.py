"""Owns the proof that imports run downward only and that the contracts in pyproject.toml catch who climbs."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
FLOORS = ("bot", "handlers", "storage")
SOURCES = sorted(path for floor in FLOORS for path in (HOUSE / floor).rglob("*.py"))


def located(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def imported(path: Path) -> Iterator[str]:
    """The names of the top-level packages that *path* imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def outside_imports(floor: str) -> set[str]:
    """What *floor* imports that is neither ours nor of the standard library."""
    names = {name for path in SOURCES if located(path).startswith(f"{floor}/") for name in imported(path)}
    return names - set(FLOORS) - sys.stdlib_module_names


def test_readers_are_made_in_one_place() -> None:
    """Whoever makes one by hand may forget to whom they are bound (``Contact.only_call``)."""
    made = re.compile(r"\bReader\(")
    texts = {located(path): path.read_text(encoding="utf-8") for path in SOURCES}
    assert [name for name, text in texts.items() if made.search(text)] == ["bot/participants.py"]


def is_told_the_time(path: Path) -> bool:
    """Rules, queries and acts are; doors and wiring are where clock and randomness come from."""
    floor, *rest = path.relative_to(HOUSE).parts
    return floor in {"bot", "storage"} or (len(rest) == 1 and path.stem not in {"__main__", "wiring"})


def test_the_mind_imports_the_standard_library_icalendar_and_dateutil() -> None:
    assert outside_imports("bot") - {"icalendar", "dateutil"} == set()


def test_rules_queries_and_acts_look_at_no_clock_and_draw_nothing_at_random() -> None:
    asks = re.compile(
        r"\b(?:(?:datetime|date)\.(?:now|utcnow|today)|time\.time|uuid[14]|token_(?:hex|bytes|urlsafe)|urandom)\("
    )
    places = [
        f"{located(path)}:{number}"
        for path in filter(is_told_the_time, SOURCES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if asks.search(line)
    ]
    assert places == []


IMPORT_EVERYTHING = """
import importlib, sys, threading
watched, doings = {"socket.connect", "socket.bind", "sqlite3.connect"}, []
sys.addaudithook(lambda event, _: doings.append(event) if event in watched else None)
for module in sys.argv[1:]:
    importlib.import_module(module)
print(doings, threading.active_count())
"""


def test_importing_production_opens_nothing_and_starts_nothing() -> None:
    """Objects are made by wiring when it is called; a migration is left out, as a script that only Alembic runs."""
    modules = [
        located(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in SOURCES
        if "migrations" not in path.parts and path.stem != "__main__"
    ]
    run = [sys.executable, "-c", IMPORT_EVERYTHING, *modules]
    told = subprocess.run(run, cwd=HOUSE, env={"PATH": os.defpath}, capture_output=True, text=True, check=False)
    assert (told.stderr, told.stdout) == ("", "[] 1\n")


# --- the contracts bite ---

LAWFUL = {
    "bot/agenda.py": "import icalendar",
    "storage/store.py": "import sqlalchemy",
    "storage/agenda.py": "import sqlalchemy, storage.store, bot.agenda",
    "handlers/settings.py": "import pydantic_settings",
    "handlers/desk.py": "import storage.store, handlers.settings",
    "handlers/work.py": "import handlers.desk, storage.store",
    "handlers/in_flight.py": "import handlers.work, handlers.desk, storage.store",
    "handlers/act.py": "import handlers.in_flight, handlers.work, handlers.desk, storage.store",
    "handlers/agenda.py": "import handlers.act, handlers.work, handlers.desk, storage.agenda, bot.agenda",
    "handlers/calls.py": "import handlers.desk, handlers.agenda",
    "handlers/cli/roster.py": "import handlers.calls",
    "handlers/clock/beat.py": "import handlers.calls, apscheduler",
    "handlers/formats/html.py": "import bot.agenda, jinja2",
    "handlers/mail/smtp.py": "import handlers.calls, smtplib",
    "handlers/slack/agenda.py": "import handlers.desk, handlers.agenda, bot.agenda, slack_bolt",
    "handlers/web/pages.py": "import handlers.agenda, starlette",
    "handlers/wiring.py": "import handlers.slack.agenda, handlers.web.pages, handlers.calls, storage.store, slack_bolt",
    "handlers/__main__.py": "import handlers.wiring",
}
TRESPASSES = [
    ("bot/agenda.py", "import storage.agenda", "Floors"),
    ("storage/agenda.py", "import handlers.agenda", "Floors"),
    ("bot/agenda.py", "import pydantic", "bot knows no framework"),
    ("storage/agenda.py", "import starlette", "Acts and storage know no door's trade"),
    ("handlers/desk.py", "import handlers.agenda", "The desk and what runs an act stand under every act"),
    ("handlers/act.py", "import handlers.agenda", "The desk and what runs an act stand under every act"),
    ("handlers/desk.py", "import handlers.work", "Rooms of handlers"),
    ("handlers/a_new_act.py", "import handlers.slack.agenda", "Acts know no door"),
    ("handlers/a_new_act.py", "import handlers.wiring", "Acts know no door"),
    ("handlers/a_new_act.py", "import smtplib", "Acts and storage know no door's trade"),
    ("handlers/a_new_act.py", "from sqlmodel import select", "Only storage speaks SQL"),
    ("handlers/agenda.py", "import handlers.calls", "No circles"),
    ("handlers/calls.py", "import tests.workspace", "Production imports no test"),
    ("handlers/slack/agenda.py", "import storage.agenda", "Doors call acts"),
    ("handlers/slack/agenda.py", "import handlers.work", "Doors call acts"),
    ("handlers/slack/agenda.py", "import handlers.web.pages", "Rooms of handlers"),
    ("handlers/formats/html.py", "import handlers.desk", "Formats write values"),
]


def broken_contracts(site: Path, file: str, line: str) -> list[str]:
    """Builds a small house to our plan in *site*, adds *line* to *file*, and names the contracts found broken."""
    (site / "pyproject.toml").write_bytes((HOUSE / "pyproject.toml").read_bytes())
    for name, text in LAWFUL.items():
        module = site / name
        module.parent.mkdir(parents=True, exist_ok=True)
        (module.parent / "__init__.py").touch()
        module.write_text(text + "\n", encoding="utf-8")
    with (site / file).open("a", encoding="utf-8") as module_with_one_more_line:
        module_with_one_more_line.write(line + "\n")
    linter = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    told = subprocess.run(linter, cwd=site, capture_output=True, text=True, check=False).stdout
    assert "kept" in told, told
    return re.findall(r"^(.+) BROKEN", told, re.MULTILINE)


def test_a_house_built_to_the_plan_breaks_no_contract(tmp_path: Path) -> None:
    assert broken_contracts(tmp_path, "bot/agenda.py", "import dateutil") == []


@pytest.mark.parametrize(("file", "line", "contract"), TRESPASSES)
def test_a_trespass_breaks_its_contract(file: str, line: str, contract: str, tmp_path: Path) -> None:
    assert any(name.startswith(contract) for name in broken_contracts(tmp_path, file, line))
