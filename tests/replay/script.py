"""Owns the script of a whole call: 400 lines by 40 people in 60 seconds, and by hand what its minutes then say.

What it expects is worked out from the times in the script alone, as naively as possible, and imports nothing of the
house: a mistake there is not made here as well.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

SECONDS, LINES, PEOPLE = 60, 400, 40
SECRETARY, FIRST, SECOND = "us-ftc", "fr-cnil", "nl-acm"
"""The secretariat, and who is the scribe at first, then for a while."""
LATEST = 25.0
"""So many seconds after it was typed a line may be brought."""
REPORTS, AGENCIES, NUMBERS = "Reports", "Agencies", "Numbers"
ONLY = (FIRST, SECOND, SECRETARY)
"""Who alone hears the last part."""
NOBODIES = ("harbour-bank", "meridian-net", "polar-telecom", "oecd", "itu", "guest", "partner")

MOVES: tuple[tuple[float, str, str], ...] = (
    (5.0, "next", "R1"),
    (19.0, "gate", ""),
    (21.0, "clear", AGENCIES),
    (24.0, "next", "A1"),
    (40.0, "gate", ""),
    (42.0, "clear", NUMBERS),
    (45.0, "next", "N1"),
)
"""What the secretariat types after ``/lap`` when, and where the call stands then."""
TOPICS = ((12.0, FIRST, "R2"), (33.0, SECOND, "A2"), (52.0, SECRETARY, "N2"))
CHAIRS = ((28.0, FIRST, SECOND), (50.0, SECOND, FIRST))
CLOSED_ITEM = "R2"
"""An item of the joint part that guests do not hear."""
PLACES = ((0.0, REPORTS, ""), *((at, "", item) for at, act, item in MOVES if act == "next"))


@dataclass(frozen=True)
class Typed:
    """Somebody typed *text* at *at* (seconds from the start)."""

    at: float
    who: str
    text: str


@dataclass
class Note:
    """A line of the minutes as it should be: its part, the item or '', kind, words, and whether it is closed."""

    at: float
    part: str
    item: str
    decision: bool
    label: str
    speaker: str
    text: str
    closed: bool
    by: str
    taken_back: bool = False


@dataclass
class Expected:
    """What is to stand at the end: the notes in the order in which they were typed, the actions (part, owner, task),
    and who was there in which part."""

    notes: list[Note] = field(default_factory=list)
    actions: list[tuple[str, str, str]] = field(default_factory=list)
    present: set[tuple[str, str]] = field(default_factory=set)


def place(at: float, who: str) -> tuple[str, str] | None:
    """The part and item at that second; None while the gate was shut, to those who hear what lies behind it: for others
    the part goes on until the next one opens. Topics count from their own second on."""
    part, item, shut = REPORTS, "", False
    moves = [*MOVES, *((second, "topic", it) for second, _, it in TOPICS)]
    for second, act, to in sorted(moves):
        if second > at:
            break
        if act == "gate":
            shut = hears(who, next(part for at_, act_, part in MOVES if act_ == "clear" and at_ > second))
        elif act == "clear":
            part, item, shut = to, "", False
        else:
            item = to
    return None if shut else (part, item)


def scribe(at: float) -> str:
    found = FIRST
    for second, _, to in CHAIRS:
        if second <= at:
            found = to
    return found


def runs(who: str, at: float) -> bool:
    return who in (SECRETARY, scribe(at))


def script(agencies: list[str], seed: int = 1) -> list[Typed]:
    """The lines in the order in which they are typed, each at a second of its own; *agencies*: short names, those of
    ``ONLY`` among them."""
    chance = random.Random(seed)
    people = [*ONLY, *(a for a in agencies if a not in ONLY)][: PEOPLE - len(NOBODIES)] + list(NOBODIES)
    assert len(people) == PEOPLE
    fixed = [Typed(at, who, f"#topic {item}") for at, who, item in TOPICS]
    fixed += [Typed(at, who, f"#chair {to}") for at, who, to in CHAIRS]
    taken = {typed.at for typed in fixed} | {at for at, _, _ in MOVES}
    seconds = set[float]()
    while len(seconds) < LINES - len(fixed):
        second = round(chance.uniform(0.1, SECONDS - 0.1), 3)
        if all(abs(second - other) > 0.002 for other in taken):
            seconds.add(second)
    runners = [*ONLY] * 9
    made = [_line(chance, n, at, chance.choice([*people, *runners])) for n, at in enumerate(sorted(seconds))]
    return sorted([*fixed, *made], key=lambda typed: typed.at)


def _line(chance: random.Random, n: int, at: float, who: str) -> Typed:
    if who in NOBODIES:
        return Typed(at, who, chance.choice([f"#agreed nobody {n}", f"talk {n}", "present+", "q+"]))
    if who in ONLY:
        words = _OF_THE_RECORD[:-1] if who != SECRETARY and _passing_on(at) else _OF_THE_RECORD
        text = chance.choice(words).format(n=n, other=chance.choice(("nz-dia", "au-acma")))
        return Typed(at, who, text)
    text = chance.choice(_OF_AGENCIES).format(n=n, own=who)
    return Typed(at, who, text)


def _passing_on(at: float) -> bool:
    """Whether a change of scribe may still be on its way: who may give others an action is judged when that comes."""
    return any(0 <= at - second < LATEST + 1 for second, _, _ in CHAIRS)


_OF_THE_RECORD = (
    "#info line {n} teh end", "#info line {n}", "#agreed decision {n}", "#info {other}: words {n}",
    "#info [closed] {n}",
    "#info secret {n} TLP:RED", "#agreed shared {n} TLP:GREEN", "#link https://lap.example/{n} report", "s/teh/the/",
    "s/line/entry/", "#undo", "talk {n}", "ACTION: {other} task {n} - 2027-03-01",
)  # fmt: skip
_OF_AGENCIES = (
    "talk {n}", "agreed, {n}", "present+", "q+", "q-", "#info not mine {n}", "[off] lunch {n}", "s/talk/walk/",
    "ACTION: {own} task {n} - 2027-03-01", "ACTION: fr-cnil task {n} - 2027-03-01",
    "ACTION: {own} late {n} - 2026-03-01",
)  # fmt: skip


def is_form(text: str) -> bool:
    """Whether the bot acts on it, or refuses it: everything but talk."""
    return not text.startswith(("talk", "agreed"))


def hears(who: str, part: str) -> bool:
    return who not in NOBODIES and (part != NUMBERS or who in ONLY)


def expected(lines: list[Typed]) -> Expected:
    """What stands once all *lines* came, however they came."""
    found, own = Expected(), dict[str, list[Stands]]()
    for typed in sorted(lines, key=lambda t: t.at):
        there, stands = place(typed.at, typed.who), own.setdefault(typed.who, [])
        may = there is not None and hears(typed.who, there[0])
        text = typed.text
        if text.startswith(("#info", "#agreed", "#link")) and may and there and runs(typed.who, typed.at):
            note = _note(typed, *there)
            found.notes.append(note)
            stands.append(note)
        elif text.startswith("ACTION:") and may and there:
            who, task = text.removeprefix("ACTION: ").split(" - ")[0].split(" ", 1)
            if task.startswith("task") and (runs(typed.who, typed.at) or who == typed.who):
                found.actions.append((there[0], who, task))
                stands.append(len(found.actions) - 1)
        elif text.startswith("s/"):
            _correct(typed, stands)
        elif text == "#undo":
            _undo(typed, stands, found)
        elif text == "present+" and may and there:
            found.present.add((there[0], typed.who))
    return found


Stands = Note | int | tuple[Note, str]
"""What an author can take back: a line, the number of an action, or a line's correction with its words before that."""


def _note(typed: Typed, part: str, item: str) -> Note:
    word, _, rest = typed.text.partition(" ")
    label, closed, speaker = "TLP:AMBER", False, ""
    if rest.endswith((" TLP:RED", " TLP:GREEN")):
        rest, _, label = rest.rpartition(" ")
    if rest.startswith("[closed] "):
        rest, closed = rest.removeprefix("[closed] "), True
    if rest.startswith(("nz-dia: ", "au-acma: ")):
        speaker, _, rest = rest.partition(": ")
    closed = closed or item == CLOSED_ITEM
    return Note(typed.at, part, item, word == "#agreed", label, speaker, rest, closed, typed.who)


def _correct(typed: Typed, stands: list[Stands]) -> None:
    """The author's last line, an action between left aside; what is RED has no words that could be corrected."""
    last = next((s for s in reversed(stands) if isinstance(s, Note)), None)
    _, old, new, _ = typed.text.split("/")
    if last is not None and runs(typed.who, typed.at) and last.label != "TLP:RED" and old in last.text:
        stands.append((last, last.text))
        last.text = last.text.replace(old, new, 1)


def _undo(typed: Typed, stands: list[Stands], found: Expected) -> None:
    last = stands[-1] if stands else None
    if isinstance(last, Note) and runs(typed.who, typed.at):
        last.taken_back = True
        stands.pop()
    elif isinstance(last, tuple) and runs(typed.who, typed.at):
        last[0].text = last[1]
        stands.pop()
    elif isinstance(last, int) and (runs(typed.who, typed.at) or found.actions[last][1] == typed.who):
        found.actions[last] = ("", "", "")
        stands.pop()


def edition(found: Expected, reader: str) -> Iterator[tuple[str, list[str]]]:
    """How the minutes read to *reader* once adopted: its parts with their lines, references left out, as they stand
    under their items. S: the secretariat; A: an Agency that does not hear the last part; ONLY: one that does; P and O:
    a representative and an observer, who were let into the joint part."""
    parts = {"A": (REPORTS, AGENCIES), "P": (REPORTS,), "O": (REPORTS,)}.get(reader, (REPORTS, AGENCIES, NUMBERS))
    guest = reader in ("P", "O")
    for part in parts:
        notes = [n for n in found.notes if n.part == part and not n.taken_back and not (guest and n.closed)]
        by_item: dict[str, list[str]] = {}
        for note in sorted(notes, key=lambda n: n.at):
            by_item.setdefault(note.item, []).append(_said(note, guest))
        yield part, [line for item, said in by_item.items() for line in ([f"— TLP:AMBER {item}"] * bool(item) + said)]


def _said(note: Note, guest: bool) -> str:
    head = "Decision" * note.decision + f" ({note.speaker})" * bool(note.speaker)
    text = "TLP:RED, not minuted" if note.label == "TLP:RED" else f"{note.label} {note.text}"
    return f"{head.strip()}: {text}".removeprefix(": ") + " [closed]" * (note.closed and not guest)
