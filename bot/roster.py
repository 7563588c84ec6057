"""Owns the roster's two files: how rows are checked, read and written; how bytes become rows is ``csv_rows``'s."""

import csv
import difflib
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.csv_rows import Problem, Row, read_rows, unread, written
from bot.errors import NotUnderstood
from bot.participants import (
    LONGEST_NAME,
    ROLES_OF,
    ParticipantKind,
    Role,
    Sector,
    in_words,
    is_short_name,
    misfits,
    one_of,
    whole_roles,
)
from bot.text import is_address
from bot.zones import at_a_place, names, places

PARTICIPANTS, CONTACTS = "participants.csv", "contacts.csv"

PARTICIPANT_COLUMNS = ("short_name", "kind", "name", "country", "sector", "zone")
CONTACT_COLUMNS = ("participant", "name", "email", "role", "zone", "slack_id")
ATTENDING = "attending"

NO_ROLE = "contact"
"""The word in the role column for a person who speaks for the organisation without a role of the Plan."""

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
MOST_HINTS = 50
_YES_NO = {"": True, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A participant as the roster names it; ``line`` is where it stands."""

    short_name: str
    kind: ParticipantKind
    name: str
    country: str
    sector: Sector | None
    zone: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the roster names it, in one or several rows: ``email`` in lower case, ``zone`` never empty,
    ``slack_ids`` in order, ``line`` the first of its rows."""

    participant: str
    name: str
    email: str
    roles: frozenset[Role]
    zone: str
    slack_ids: tuple[str, ...] = ()
    attending: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """Participants and contacts in the order of the files."""

    participants: tuple[Organisation, ...]
    contacts: tuple[Person, ...]


class BadRoster(NotUnderstood):
    """Every problem of a roster, each with its file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        order = {PARTICIPANTS: 0, CONTACTS: 1}
        self.problems = tuple(sorted(problems, key=lambda p: (order[p.file], p.line)))
        count = "1 problem; mend it" if len(self.problems) == 1 else f"{len(self.problems)} problems; mend them"
        lines = "\n".join(str(p) for p in self.problems)
        super().__init__(f"Nothing was imported. The roster has {count} and import it again:\n{lines}")


def read_roster(participants: bytes, contacts: bytes) -> Roster:
    """The roster of the two files' contents (UTF-8, with or without a mark of byte order).

    Raises BadRoster with every problem, each with file and line: nothing is read halfway.
    """
    found: list[Problem] = []
    listed = list(read_rows(PARTICIPANTS, participants, PARTICIPANT_COLUMNS, (), found))
    named = list(read_rows(CONTACTS, contacts, CONTACT_COLUMNS, (ATTENDING,), found))
    organisations = _organisations(listed, found)
    known = {row.cells["short_name"] for row in listed}
    people = _people(named, organisations, known if not unread(found, PARTICIPANTS) else None, found)
    if not unread(found, CONTACTS):
        _check_together(organisations, people, found)
    if found:
        raise BadRoster(found)
    return Roster(
        tuple(organisations.values()),
        tuple(people.values()),
    )


def write_roster(roster: Roster) -> tuple[str, str]:
    """The texts of ``participants.csv`` and ``contacts.csv``, which ``read_roster`` reads back as *roster*.

    A zone that is the participant's is left empty; ``attending`` is a column where somebody does not attend.
    """
    zones = {o.short_name: o.zone for o in roster.participants}
    some_stay_away = not all(p.attending for p in roster.contacts)
    columns = (*CONTACT_COLUMNS, *((ATTENDING,) if some_stay_away else ()))
    participants = [
        (o.short_name, o.kind.value, o.name, o.country, o.sector.value if o.sector else "", o.zone)
        for o in roster.participants
    ]
    contacts = []
    for person in roster.contacts:
        zone = "" if person.zone == zones[person.participant] else person.zone
        for role, slack_id in _role_rows(person):
            row = (person.participant, person.name, person.email, role, zone, slack_id)
            contacts.append((*row, "" if person.attending else "no")[: len(columns)])
    return _csv(PARTICIPANT_COLUMNS, participants), _csv(columns, contacts)


def _role_rows(person: Person) -> Iterator[tuple[str, str]]:
    """A row for each role (the one that another implies left out) and for each Slack user, whichever are more."""
    implied = {Role.POINT_OF_CONTACT} if Role.PRIMARY_CONTACT in person.roles else set()
    roles = [r.value for r in Role if r in person.roles - implied] or [NO_ROLE]
    for at in range(max(len(roles), len(person.slack_ids))):
        slack_id = person.slack_ids[at] if at < len(person.slack_ids) else ""
        yield roles[min(at, len(roles) - 1)], slack_id


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(written, row) for row in rows)
    return out.getvalue()


# --- the rows as values ---


def _organisations(rows: Iterable[Row], found: list[Problem]) -> dict[str, Organisation]:
    """The participants by short name, those with nothing wrong in their rows."""
    kept: dict[str, Organisation] = {}
    lines: dict[str, int] = {}
    zones = _Hints(places())
    for row in rows:
        cells, wrong = row.cells, [f"{name} is empty." for name in _empty(row, ("short_name", "kind", "name", "zone"))]
        short = cells["short_name"]
        if short and not is_short_name(short):
            wrong.append(f"“{short}” is no short name: small letters and figures joined by -, as in us-ftc.")
        if short in lines:
            wrong.append(f"{short} stands in line {lines[short]} already.")
        lines.setdefault(short, row.line)
        wrong += [*_too_long(cells["name"]), *_no_kind(cells["kind"]), *_no_zone(cells["zone"], zones)]
        if cells["kind"] in set(ParticipantKind):
            wrong += misfits(ParticipantKind(cells["kind"]), cells["country"], cells["sector"])
        if wrong:
            found += [Problem(PARTICIPANTS, row.line, says) for says in wrong]
            continue
        sector = Sector(cells["sector"]) if cells["sector"] else None
        kept[short] = Organisation(
            short, ParticipantKind(cells["kind"]), cells["name"], cells["country"], sector, cells["zone"], row.line
        )
    return kept


def _people(
    rows: Iterable[Row],
    organisations: Mapping[str, Organisation],
    known: Collection[str] | None,
    found: list[Problem],
) -> dict[str, Person]:
    """The contacts by address, several rows of one put together; *known*: every short name there is, None if unread."""
    kept: dict[str, Person] = {}
    shorts, zones = _Hints(known or ()), _Hints(places())
    given: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in rows:
        cells, email = row.cells, row.cells["email"].lower()
        wrong = [f"{name} is empty." for name in _empty(row, ("participant", "name", "email", "role"))]
        short = cells["participant"]
        if short and known is not None and short not in known:
            wrong.append(f"There is no participant “{short}” in {PARTICIPANTS}.{shorts.near(short)}")
        if email and not is_address(email):
            wrong.append(f"“{cells['email']}” is no e-mail address. Write it as name@organisation.example.")
        wrong += [*_too_long(cells["name"]), *_no_role(cells["role"], organisations.get(short))]
        wrong += _no_zone(cells["zone"], zones)
        slack_id, attending = cells["slack_id"], cells.get(ATTENDING, "").casefold()
        if slack_id and not _SLACK_USER.fullmatch(slack_id):
            wrong.append(f"“{slack_id}” is no id of a Slack user, which look like U024BE7LH.")
        if attending not in _YES_NO:
            wrong.append(f"“{cells[ATTENDING]}” is neither yes nor no. Empty is yes.")
        wrong += _repeats(given.setdefault((email, cells["role"]), []), row.line, slack_id)
        if not wrong and short in organisations:
            role = cells["role"]
            new = Person(
                participant=short,
                name=cells["name"],
                email=email,
                roles=whole_roles([Role(role)] if role != NO_ROLE else []),
                zone=cells["zone"] or organisations[short].zone,
                slack_ids=(slack_id,) if slack_id else (),
                attending=_YES_NO[attending],
                line=row.line,
            )
            wrong += _joined(kept, new)
        found += [Problem(CONTACTS, row.line, says) for says in wrong]
    return kept


def _repeats(before: list[tuple[int, str]], line: int, slack_id: str) -> Iterator[str]:
    """Whether the row of this address and role was there *before*: only for another Slack user of it it may be."""
    for other, user in before:
        if not slack_id or user in ("", slack_id):
            yield f"The same address and role stand in line {other} already."
            break
    before.append((line, slack_id))


def _joined(kept: dict[str, Person], new: Person) -> list[str]:
    """Puts a row's contact to those *kept*, or to its earlier rows; what these rows do not agree on."""
    old = kept.get(new.email)
    if old is None:
        kept[new.email] = new
        return []
    if old.participant != new.participant:
        return [
            f"{new.email} is a contact of {old.participant} in line {old.line}. "
            "Nobody speaks for two organisations: use two addresses."
        ]
    differs = [
        name for name in ("name", "zone", ATTENDING) if getattr(old, name) != getattr(new, name)
    ]  # fmt: skip
    if differs:
        return [f"{new.email} has another {' and '.join(differs)} in line {old.line}. Write the same in all its rows."]
    ids = tuple(sorted({*old.slack_ids, *new.slack_ids}))
    kept[new.email] = replace(old, roles=old.roles | new.roles, slack_ids=ids)
    return []


def _check_together(
    organisations: Mapping[str, Organisation], people: Mapping[str, Person], found: list[Problem]
) -> None:
    """What only all rows together tell: somebody attends for each, one primary contact a country (Plan A.2), one spam
    enforcement contact a representative (B.1), one contact a Slack user."""
    bad = {p.line for p in found if p.file == CONTACTS}
    if not bad:
        attended = {p.participant for p in people.values() if p.attending}
        found += [
            Problem(PARTICIPANTS, o.line, f"Nobody of {short} attends. Name at least one contact who does.")
            for short, o in organisations.items()
            if short not in attended
        ]
    once: dict[tuple[str, str], Person] = {}
    for person in people.values():
        organisation = organisations[person.participant]
        claims = [("The Slack user", user) for user in person.slack_ids]
        if Role.PRIMARY_CONTACT in person.roles:
            claims.append(("The primary contact of", organisation.country))
        if Role.SPAM_ENFORCEMENT_CONTACT in person.roles:
            claims.append(("The spam enforcement contact of", organisation.short_name))
        for claim in claims:
            first = once.setdefault(claim, person)
            if first is not person:
                says = f"{' '.join(claim)} is {first.email} in line {first.line} already. There is one."
                found.append(Problem(CONTACTS, person.line, says))


# --- one field ---


def _empty(row: Row, names: Iterable[str]) -> list[str]:
    return [name for name in names if not row.cells[name]]


def _too_long(name: str) -> Iterator[str]:
    if len(name) > LONGEST_NAME:
        yield f"The name has {len(name)} characters. Use at most {LONGEST_NAME}."


def _no_kind(kind: str) -> Iterator[str]:
    if kind and kind not in set(ParticipantKind):
        yield f"“{kind}” is no kind. {one_of(kind, ParticipantKind)}"


def _no_role(role: str, listed: Organisation | None) -> Iterator[str]:
    if not role or role == NO_ROLE:
        return
    if role not in set(Role):
        yield f"“{role}” is no role. {one_of(role, [*Role, NO_ROLE])}"
    elif listed is not None and Role(role) not in ROLES_OF[listed.kind]:
        fitting = " or ".join([r.value for r in ROLES_OF[listed.kind]] + [NO_ROLE])
        kind = listed.kind.value
        yield f"A contact of {listed.short_name} ({kind}) is no {in_words(Role(role))}. Write {fitting}."


def _no_zone(zone: str, zones: "_Hints") -> Iterator[str]:
    if not zone or zone in places():
        return
    if zone in names():
        shown = at_a_place(zone) or "it as in Europe/Paris"
        yield f"“{zone}” is the zone of no place, and no command would read it back. Write {shown}."
    else:
        yield f"“{zone}” is no IANA time zone.{zones.near(zone)} Write it as in Europe/Paris."


class _Hints:
    """What was meant by a word that is none of *names*: looked for once a word, and for the first few words alone,
    since a file with thousands of bad lines is to be refused in a moment, too."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = list(names)
        self._given: dict[str, str] = {}

    def near(self, said: str) -> str:
        """' Did you mean gb-ico?', or nothing."""
        if said not in self._given:
            few = len(self._given) < MOST_HINTS
            found = difflib.get_close_matches(said, self._names, n=1, cutoff=0.75) if few else []
            self._given[said] = f" Did you mean {found[0]}?" if found else ""
        return self._given[said]
