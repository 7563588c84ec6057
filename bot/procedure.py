"""Owns the procedure, which the members may change: its file, and when a call's steps are due; keys are ``terms``'."""

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from importlib import resources
from itertools import pairwise
from typing import Any

from bot.calls import CallKind
from bot.errors import NotUnderstood, Refusal
from bot.templates import check_kind, item_topics
from bot.terms import (
    AuditTerms,
    BridgeTerms,
    CaseTerms,
    CirculationTerms,
    InvitationTerms,
    LabelTerms,
    MinutesTerms,
    PaperTerms,
    Reader,
    ReminderTerms,
    RetentionTerms,
    Steps,
    TemplateTerms,
    Texts,
)
from bot.text import clean_line
from bot.topics import AudienceKind, Topic, plain_clause

_CLAUSE = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z-]{2,30}")


class StepKind(StrEnum):
    """The steps around a call, in their order; each reminds those who must act and never acts in their place."""

    CALL_FOR_ITEMS = "call_for_items"
    ITEMS_CLOSE = "items_close"
    LIST_CIRCULATED = "list_circulated"
    WINDOW_ENDS = "window_ends"
    APPROVAL = "approval"
    AGENDA_OUT = "agenda_out"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOUR = "reminder_hour"
    DRAFT_MINUTES = "draft_minutes"
    MINUTES_ADOPTED = "minutes_adopted"


class StepState(StrEnum):
    """DUE until its time comes; then DONE, or MISSED where its call had begun or was cancelled."""

    DUE = "due"
    DONE = "done"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one call's procedure, due at ``due_at`` (UTC); ``moved`` once the secretariat gave it that time."""

    call_id: str
    kind: StepKind
    due_at: datetime
    state: StepState = StepState.DUE
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """All that is in force; ``topics`` in the order in which agendas are built."""

    topics: tuple[Topic, ...]
    steps: Steps
    cases: CaseTerms
    templates: TemplateTerms
    papers: PaperTerms
    circulation: CirculationTerms
    invitations: InvitationTerms
    reminders: ReminderTerms
    minutes: MinutesTerms
    labels: LabelTerms
    bridges: BridgeTerms
    retention: RetentionTerms
    audit: AuditTerms
    texts: Texts

    @classmethod
    def default(cls) -> "Procedure":
        """What is in force without a procedure file: the Plan's defaults."""
        return read_procedure("")


TABLES: Mapping[str, type] = {
    f.name: f.type for f in fields(Procedure) if f.name != "topics" and isinstance(f.type, type)
}


def working_days(moment: datetime, n: int) -> datetime:
    """*n* working days (Monday to Friday) after *moment*, or before it where *n* is negative, at the same time in UTC.

    A day that *moment* is on does not count. Begun on a Saturday or Sunday they count from Monday 00:00 UTC, so that
    none of them is cut short; back from a Sunday one working day leads to Friday.
    """
    moment, step = moment.astimezone(UTC), timedelta(days=1 if n > 0 else -1)
    if n > 0 and moment.weekday() >= 5:
        moment = datetime.combine(moment.date() + timedelta(days=7 - moment.weekday()), time(), UTC)
    for _ in range(abs(n)):
        moment += step
        while moment.weekday() >= 5:
            moment += step
    return moment


def window_end(begun: datetime, days: int) -> datetime:
    """The end of a time to object that begins at *begun* and has so many working days: a whole minute, the next one
    where it would fall between two, so that the moment that people read is the moment that counts."""
    end = working_days(begun, days)
    whole = end.replace(second=0, microsecond=0)
    return whole if whole == end else whole + timedelta(minutes=1)


def due_times(start: datetime, end: datetime, procedure: Procedure) -> dict[StepKind, datetime]:
    """When each step of a call from *start* to *end* (UTC) is due, in UTC."""
    steps = procedure.steps
    due = {kind: working_days(start if days < 0 else end, days) for kind in StepKind for days in [getattr(steps, kind)]}
    return due | {StepKind.REMINDER_HOUR: start.astimezone(UTC) - timedelta(hours=steps.reminder_hour)}


def default_text() -> str:
    """The built-in procedure file: the Plan's defaults, complete and with comments."""
    return resources.files("bot").joinpath("procedure.toml").read_text("utf-8")


def read_procedure(text: str) -> Procedure:
    """The procedure of a TOML file: keys that it leaves out keep the default, its ``[topics]`` replace the default's.

    Raises NotUnderstood with every problem, its line and what to write instead.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotUnderstood(
            f"The procedure file is not in force. It is not TOML: {error}. `lap procedure` prints a correct one."
        ) from None
    found = _Problems(text)
    for name in given:
        if name != "topics" and name not in TABLES:
            found.add(name, None, f"there is no such table{_meant(name, ['topics', *TABLES])}")
    default = tomllib.loads(default_text())
    topics = _read_topics(given.get("topics", default["topics"]), found)
    tables = {name: _read_table(name, given.get(name, {}), default[name], found) for name in TABLES}
    found.refuse()
    procedure = Procedure(topics, **{name: make(**tables[name]) for name, make in TABLES.items()})
    _check_together(procedure, found)
    found.refuse()
    return procedure


def procedure_text(procedure: Procedure) -> str:
    """*procedure* as a complete file with the default's comments, which ``read_procedure`` reads back as the same."""
    lines: list[str] = []
    table = ""
    for line in default_text().splitlines():
        key, _, _ = line.partition(" = ")
        if line.startswith("["):
            table = line.strip("[]")
            lines += [line, *map(_topic_line, procedure.topics)] if table == "topics" else [line]
        elif line.startswith("#") or not line:
            lines.append(line)
        elif table != "topics":
            lines.append(f"{key} = {_toml(getattr(getattr(procedure, table), key))}")
    return "\n".join(lines) + "\n"


class _Problems:
    """What is wrong with a file, gathered so that all of it is told at once."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.found: list[str] = []

    def add(self, table: str, key: str | None, problem: str) -> None:
        number = self._line_of(table, key)
        where = f"[{table}]" if key is None else f"[{table}] {key}"
        self.found.append(f"{f'Line {number}, ' if number else ''}{where}: {problem}.")

    def refuse(self) -> None:
        if self.found:
            raise NotUnderstood(
                "\n".join(["The procedure file is not in force.", *self.found, "`lap procedure` prints a correct one."])
            )

    def _line_of(self, table: str, key: str | None) -> int | None:
        current = ""
        for number, line in enumerate(self.lines, 1):
            if header := re.match(r"\s*\[+\s*([^]]*?)\s*\]", line):
                current = header[1]
            if current == table and (
                header if key is None else re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line)
            ):
                return number
        return None


def _read_table(name: str, given: object, default: Mapping[str, object], found: _Problems) -> dict[str, object]:
    readers: dict[str, Reader] = {f.name: f.metadata["read"] for f in fields(TABLES[name])}
    if not isinstance(given, dict):
        found.add(name, None, f"must be a table, for example [{name}] with {next(iter(readers))} in it")
        return {}
    for key in given:
        if key not in readers:
            found.add(name, key, f"there is no such key{_meant(key, readers)}")
    values: dict[str, object] = {}
    for key, read in readers.items():
        try:
            values[key] = read(given.get(key, default[key]))
        except ValueError as error:
            found.add(name, key, str(error))
    return values


def _read_topics(given: object, found: _Problems) -> tuple[Topic, ...]:
    if not isinstance(given, dict) or not given:
        found.add("topics", None, "must be a table with at least one topic")
        return ()
    topics = [topic for clause, value in given.items() if (topic := _read_topic(clause, value, found))]
    names: dict[str, Topic] = {}
    for topic in topics:
        for name in (plain_clause(topic.clause), topic.word):
            if names.setdefault(name, topic) is not topic:
                found.add(
                    "topics",
                    topic.clause,
                    f"“{name}” already names {names[name].clause}; each topic needs names of its own",
                )
    return tuple(topics)


def _read_topic(clause: str, value: object, found: _Problems) -> Topic | None:
    like = '"A.3.a" = { word = "cases", title = "Cases", audience = "agencies" }'
    if not _CLAUSE.fullmatch(clause):
        found.add(
            "topics", clause, f"a clause is letters and numbers between dots; write it in quotes, for example {like}"
        )
        return None
    if not isinstance(value, dict) or set(value) != {"word", "title", "audience"}:
        found.add(
            "topics", clause, f"must have word, title and audience and nothing else; write the clause in quotes: {like}"
        )
        return None
    word, title, audience = value["word"], value["title"], value["audience"]
    problems = len(found.found)
    if not isinstance(word, str) or not _WORD.fullmatch(word):
        found.add("topics", clause, 'word must be 3 to 31 small letters or hyphens, for example "cases"')
    if not isinstance(title, str) or not 0 < len(title) <= 200 or clean_line(title) != title:
        found.add("topics", clause, 'title must be one line of at most 200 characters, for example "Cases"')
    if audience not in list(AudienceKind):
        found.add("topics", clause, 'audience must be "agencies" or "joint"')
    return Topic(clause, word, title, AudienceKind(audience)) if len(found.found) == problems else None


def _check_together(procedure: Procedure, found: _Problems) -> None:
    """What each key alone cannot show: steps in their order, and windows as long as they are said to be."""
    for link, *_ in procedure.bridges.dial_in:
        if link not in procedure.bridges.urls:
            found.add("bridges", "dial_in", f"{link} is none of urls; write a bridge's link as it stands there")
    steps = procedure.steps
    ordered = [kind for kind in StepKind if kind is not StepKind.REMINDER_HOUR]
    for earlier, later in pairwise(ordered):
        if getattr(steps, earlier) > getattr(steps, later):
            found.add(
                "steps",
                later,
                f"{getattr(steps, later)} comes before {earlier}, {getattr(steps, earlier)}; write it not smaller",
            )
    for kind in CallKind:
        key = kind.value.replace("-", "_")
        try:
            check_kind(kind, procedure.templates.parts(kind))
        except Refusal as problem:
            found.add("templates", key, problem.says)
        try:
            item_topics(procedure.templates.items(kind), procedure.topics)
        except Refusal as problem:
            found.add("templates", f"{key}_items", problem.says.removesuffix("."))
    point, seats = procedure.reminders.action_point_days_after, procedure.reminders.action_secretariat_days_after
    if seats <= point:
        found.add(
            "reminders",
            "action_secretariat_days_after",
            f"{seats} is not after action_point_days_after, {point}; write {point + 1} or more",
        )
    window, silence = procedure.circulation.working_days, procedure.minutes.silence_working_days
    if steps.window_ends - steps.list_circulated < window:
        found.add(
            "steps",
            "window_ends",
            f"{steps.window_ends} is not {window} working days after list_circulated, {steps.list_circulated};"
            f" write {steps.list_circulated + window} or later, or shorten [circulation] working_days",
        )
    if steps.minutes_adopted - steps.draft_minutes < silence:
        found.add(
            "steps",
            "minutes_adopted",
            f"{steps.minutes_adopted} is not {silence} working days after draft_minutes, {steps.draft_minutes};"
            f" write {steps.draft_minutes + silence} or more, or shorten [minutes] silence_working_days",
        )


def _meant(name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"; perhaps {near[0]} is meant" if near else f"; there are {', '.join(names)}"


def _topic_line(topic: Topic) -> str:
    word, title, audience = map(_toml, (topic.word, topic.title, topic.audience))
    return f"{_toml(topic.clause)} = {{ word = {word}, title = {title}, audience = {audience} }}"


def _toml(value: Any) -> str:
    """A whole number, a text of one line, or a list of these: there JSON and TOML are written alike."""
    return json.dumps(value, ensure_ascii=False)
