"""Owns the walk of the command line: every command that is registered, and for whom what it prints and writes is.

Whoever runs the bot has the database; what a command says may still be kept in a log or mailed by a timer, so it is
searched as if a stranger read it, but for what the command is there to show.
"""

import io
import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

from bot.procedure import procedure_text
from handlers.cli import audit, doctor, holds, roster, subjects
from handlers.examining import examine_database, examine_procedure
from handlers.ticking import tick
from tests.barrier import model
from tests.barrier.doors import JSON, TEXT
from tests.barrier.people import ASKED_FOR, FORMER, READERS, SECRETARY
from tests.barrier.world import World

TERMINAL = model.Person("whoever reads the terminal", "", model.NOBODY)
NOTHING_OF = "nobody-at-all@nowhere.example"


@contextmanager
def printed(w: World, command: str, *shows: str) -> Iterator[None]:
    """What is printed meanwhile is searched for everything but the kinds of things that *command* is there to show."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        yield
    assert out.getvalue(), f"lap {command} said nothing"
    shown = replace(w, secrets=w.secrets.but(*shows))
    shown.take(TERMINAL, f"lap {command}", TEXT, out.getvalue().encode())


def tick_once(w: World, folder: Path) -> None:
    with printed(w, "tick"):
        print(tick(w.cast.desk))


def show_procedure(w: World, folder: Path) -> None:
    """The pool of bridges stands in it."""
    with printed(w, "procedure", "bridge", "number"):
        print(procedure_text(w.cast.desk.procedure))


def examine(w: World, folder: Path) -> None:
    with printed(w, "doctor"):
        doctor.report([*examine_database(w.cast.desk), *examine_procedure(w.cast.desk)])


def verify(w: World, folder: Path) -> None:
    with printed(w, "audit verify"):
        assert audit.verify_audit(w.cast.desk, None) == 0


def roster_out_and_in(w: World, folder: Path) -> None:
    """The files are the directory, which is what they are for; nothing else stands in them."""
    with printed(w, "roster export"):
        assert roster.export_roster(w.cast.desk, folder / "roster") == 0
    shown = replace(w, secrets=w.secrets.but("contact"))
    for file in sorted((folder / "roster").iterdir()):
        shown.take(TERMINAL, f"lap roster export, {file.name}", TEXT, file.read_bytes())
    with printed(w, "roster import", "contact"):
        assert roster.import_roster(w.cast.desk, folder / "roster") == 0


def give_out(w: World, folder: Path) -> None:
    """The letter and the data go to the person, what is withheld to the secretariat: of a wish, all that is kept."""
    people = {r.email: r.person for r in READERS if r.email} | {NOTHING_OF: TERMINAL}
    for number, (email, person) in enumerate(people.items()):
        place = folder / str(number)
        with printed(w, "subject export"):
            assert subjects.export(w.cast.desk, email, place) == 0
        for name, reader in ((subjects.LETTER, person), (subjects.DATA, person), (subjects.WITHHELD, SECRETARY.person)):
            kind = JSON if name.endswith("json") else TEXT
            w.take(reader, f"lap subject export {email}, {name}", kind, (place / name).read_bytes())
        held = json.loads((place / subjects.DATA).read_bytes())
        assert any(held.values()) == (email not in (NOTHING_OF, ASKED_FOR.email)), email


def erase(w: World, folder: Path) -> None:
    with printed(w, "subject erase"):
        assert subjects.erase(w.cast.desk, FORMER.email) == 0


def hold_and_lift(w: World, folder: Path) -> None:
    asked = (
        Namespace(way="add", reason="A court asks", about=SECRETARY.email),
        Namespace(way="add", reason="A court asks", about=next(iter(w.calls))),
        Namespace(way="list"),
    )
    for args in asked:
        with printed(w, f"hold {args.way}"):
            assert holds.hold(w.cast.desk, args) == 0
    out = io.StringIO()
    with redirect_stdout(out):
        holds.hold(w.cast.desk, Namespace(way="list"))
    for line in out.getvalue().splitlines():
        with printed(w, "hold lift"):
            assert holds.hold(w.cast.desk, Namespace(way="lift", reference=line.split()[0])) == 0


WALKS: Mapping[str, Callable[[World, Path], None]] = {
    "tick": tick_once,
    "procedure": show_procedure,
    "doctor": examine,
    "audit verify": verify,
    "roster export, roster import": roster_out_and_in,
    "subject export": give_out,
    "hold add, hold list, hold lift": hold_and_lift,
    "subject erase": erase,
}
"""In this order: what is erased is not given out."""

ELSEWHERE: Mapping[str, str] = {
    "serve": "prints nothing, and its log is searched",
    "web": "prints nothing, and its log is searched",
    "worker": "prints nothing, and its log is searched",
    "migrate": "says what stands in LAP_SECRETARIAT and nothing of the record",
}
"""Commands that are not walked here, and why."""


def walked() -> set[str]:
    """The commands that are walked, by their names."""
    return {name for names in WALKS for name in names.split(", ")}


def walk_commands(w: World, folder: Path) -> None:
    """Every command on a world that is theirs to change; *folder* is for the files."""
    for names, command in WALKS.items():
        command(w, folder / names.partition(",")[0].replace(" ", "-"))
