"""Owns what the code registers as doors, read from the code itself; what each may show is docs/doors.toml's to say."""

import ast
import importlib
import inspect
import json
import pkgutil
import tomllib
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from types import CodeType, FunctionType, ModuleType, UnionType
from typing import Any

from icalendar import Calendar

import handlers
from bot import itip
from bot.feed import Listed, Status, Task, feed
from handlers.__main__ import COMMANDS
from handlers.cli.arguments import parser
from handlers.kinds import KINDS
from handlers.slack.asked import OpenVerb, Verb
from handlers.slack.rooms import ROOMS
from handlers.web import app as web_app
from tests.test_floors import HOUSE

FILE = HOUSE / "docs" / "doors.toml"
ALL = "SAPO"
NOBODY = "N"

Section = Mapping[str, Mapping[str, Any]]


def listed() -> Mapping[str, Section]:
    """docs/doors.toml as it stands."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


# --- acts and the values that they return ---


def modules() -> Iterator[ModuleType]:
    """Every module of the handlers but the one that runs when it is imported as a program."""
    for found in pkgutil.walk_packages(handlers.__path__, "handlers."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def is_act(thing: object) -> bool:
    """Whether *thing* is one transaction of the acts: what ``@act`` and ``@reading`` wrap."""
    return inspect.isfunction(thing) and hasattr(thing, "__wrapped__")


def name_of(value: type) -> str:
    return f"{value.__module__.rpartition('.')[2]}.{value.__name__}"


def dataclasses_in(told: Any) -> Iterator[type]:
    """The dataclasses that an annotation names, itself or within."""
    if typing.get_args(told) or isinstance(told, UnionType):
        yield from chain.from_iterable(map(dataclasses_in, typing.get_args(told)))
    elif is_dataclass(told) and isinstance(told, type):
        yield told


def returned(function: Callable[..., Any]) -> tuple[type, ...]:
    """The values that an act returns."""
    hints = typing.get_type_hints(inspect.unwrap(function))
    return tuple(dict.fromkeys(dataclasses_in(hints.get("return"))))


def parts_of(value: type) -> tuple[type, ...]:
    hints = typing.get_type_hints(value)
    return tuple(dict.fromkeys(chain.from_iterable(dataclasses_in(hints[f.name]) for f in fields(value))))


def with_parts(values: Iterable[type]) -> dict[str, type]:
    """*values* and all that they hold, by name."""
    found: dict[str, type] = {}
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if name_of(value) not in found:
            found[name_of(value)] = value
            waiting += parts_of(value)
    return found


def reached(start: object) -> tuple[Callable[..., Any], ...]:
    """The acts that a function of a door calls, itself or through functions of the doors that it calls."""
    seen: set[int] = set()
    acts: dict[str, Callable[..., Any]] = {}
    waiting = [start]
    while waiting:
        function = waiting.pop()
        if is_act(function):
            acts[f"{function.__module__}.{function.__name__}"] = typing.cast(Callable[..., Any], function)
            continue
        function = getattr(function, "func", function)  # a partial
        if not isinstance(function, FunctionType) or id(function) in seen:
            continue
        seen.add(id(function))
        if function.__module__.startswith("handlers."):
            waiting += _named(function)
            waiting += [c.cell_contents for c in function.__closure__ or () if callable(c.cell_contents)]
    return tuple(acts[name] for name in sorted(acts))


def names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def _named(function: FunctionType) -> Iterator[object]:
    """What the names in a function stand for: globals of its module, and what modules of ours that it names have."""
    names = set(names_in(function.__code__))
    found = [function.__globals__[n] for n in names if n in function.__globals__]
    yield from (thing for thing in found if callable(thing))
    tables = (thing.values() for thing in found if isinstance(thing, Mapping))
    yield from (thing for thing in chain.from_iterable(tables) if callable(thing))
    ours = [m for m in found if isinstance(m, ModuleType) and m.__name__.startswith("handlers.")]
    yield from (thing for m in ours for n in names if callable(thing := vars(m).get(n)))


def shown(start: object) -> list[str]:
    """The values that a door can show: those that the acts it reaches return."""
    return sorted({name_of(v) for a in reached(start) for v in returned(a)})


# --- what is registered ---


def verbs() -> Section:
    every: dict[str, Verb | OpenVerb] = {**ROOMS.verbs, **ROOMS.open_verbs}
    return {
        word or "(nothing)": {
            "who": entry.roles if isinstance(entry, Verb) else ALL + NOBODY,
            "shows": shown(entry.run),
        }
        for word, entry in every.items()
    }


def presses() -> Section:
    return {name: {"shows": shown(press)} for name, press in ROOMS.presses.items()}


def views() -> Section:
    return {name: {"shows": shown(view)} for name, view in ROOMS.views.items()}


def listeners() -> Section:
    """What Bolt is told to listen to: ``app.command``, ``app.options``, ``app.event`` and so on."""
    source = ast.parse((HOUSE / "handlers" / "slack" / "app.py").read_text(encoding="utf-8"))
    found: dict[str, Mapping[str, Any]] = {}
    for function in (n for n in ast.walk(source) if isinstance(n, ast.FunctionDef)):
        for mark in function.decorator_list:
            call = mark.func if isinstance(mark, ast.Call) else mark
            if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id == "app":
                found[call.attr] = {}
    return found


def events() -> Section:
    found: dict[str, Mapping[str, Any]] = {}
    for name in ("slack-manifest.json", "slack-manifest-lines.json"):
        subscribed = json.loads((HOUSE / name).read_text(encoding="utf-8"))["settings"].get("event_subscriptions", {})
        found |= {event: {} for event in (*subscribed.get("bot_events", ()), *subscribed.get("user_events", ()))}
    return found


def messages() -> Section:
    return {kind: {} for kind in {**KINDS.compose, **KINDS.posted}}


def routes(desk: Any) -> Section:
    app = web_app.make_app(desk, None, dict)
    return {r.path: {"methods": sorted(getattr(r, "methods", None) or ())} for r in app.routes}  # type: ignore[attr-defined]


def commands() -> Section:
    """Each command of the command line, with its second word where it takes one."""
    found: dict[str, Mapping[str, Any]] = {}
    ways = next(a for a in parser()._actions if a.dest == "command").choices
    for name in sorted({*COMMANDS, *(ways or ())}):
        made = typing.cast(Any, ways)[name]
        second = next((a.choices for a in made._actions if a.dest == "way" and a.choices), None)
        found.update({f"{name} {way}": {} for way in second} if second else {name: {}})
    return found


def jobs() -> Section:
    """The parts of a beat, by the names under which they fail."""
    source = ast.parse((HOUSE / "handlers" / "ticking.py").read_text(encoding="utf-8"))
    calls = (n for n in ast.walk(source) if isinstance(n, ast.Call))
    return {
        typing.cast(str, c.args[0].value): {}
        for c in calls
        if isinstance(c.func, ast.Name) and c.func.id == "_guarded" and isinstance(c.args[0], ast.Constant)
    }


def logs() -> Section:
    """Every line that the log can have, with its fields."""
    found: dict[str, set[str]] = {}
    for path in sorted((HOUSE / "handlers").rglob("*.py")):
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            told = call.func
            if isinstance(told, ast.Attribute) and isinstance(told.value, ast.Name) and told.value.id == "log":
                line = call.args[0]
                words = line.value if isinstance(line, ast.Constant) else f"{path.name}: {ast.unparse(line)}"
                found.setdefault(str(words), set()).update(k.arg or "**" for k in call.keywords)
    return {line: {"fields": sorted(names)} for line, names in sorted(found.items())}


_AT = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
_COPY = itip.Copy(
    "uid@lap.example", 1, _AT, _AT, _AT, _AT + timedelta(minutes=30), "Reports", "About", "https://lap.example/join/x",
    "calls@lap.example", "guest@bank.example", "Guest", cancelled=False,
)  # fmt: skip


def calendar() -> Section:
    """The properties of each component that mails and feeds hold, with everything in them that there can be."""
    tasks = [Task("t@lap.example", _AT, _AT, _AT.date(), "Send it", done) for done in (None, _AT)]
    entries = [Listed(_COPY, status) for status in Status]
    made = (itip.request(_COPY), itip.cancel(replace(_COPY, cancelled=True)), feed("Calls", entries, tasks))
    found: dict[str, set[str]] = {}
    for octets in made:
        for component in Calendar.from_ical(octets).walk():
            found.setdefault(component.name, set()).update(component.keys())
    return {name: dict.fromkeys(sorted(properties)) for name, properties in sorted(found.items())}


def values() -> Section:
    """Every value that an act returns, and what it holds, with its fields."""
    acts = {a for m in modules() for a in vars(m).values() if is_act(a) and a.__module__ == m.__name__}
    found = with_parts(chain.from_iterable(returned(a) for a in acts))
    return {name: {f.name: None for f in fields(typing.cast(Any, found[name]))} for name in sorted(found)}


def not_theirs(value: object, letter: str, matrix: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The fields in *value*, and in what it holds, that are filled although *matrix* keeps them from that reader."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {
            f for who, names in matrix.get(name_of(type(value)), {}).items() if letter not in who for f in names.split()
        }
        for field in fields(value):
            held = getattr(value, field.name)
            if field.name in kept and held not in (None, (), "", 0, frozenset(), {}):
                yield f"{name_of(type(value))}.{field.name}"
            yield from not_theirs(held, letter, matrix)
    elif isinstance(value, tuple | list | frozenset | set):
        for one in value:
            yield from not_theirs(one, letter, matrix)


def registered(desk: Any) -> Mapping[str, Section]:
    """Everything that the code registers, in the sections of docs/doors.toml; *desk* for the web application."""
    return {**_of_the_code(), "routes": routes(desk)}


@cache
def _of_the_code() -> Mapping[str, Section]:
    """What is registered whatever the desk; to read it all takes a second."""
    return {
        "verbs": verbs(),
        "presses": presses(),
        "views": views(),
        "listeners": listeners(),
        "events": events(),
        "messages": messages(),
        "commands": commands(),
        "jobs": jobs(),
        "logs": logs(),
    }
