"""Owns the acts of the roster: importing its files whole or not at all, and exporting them; their form is ``bot``'s."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.csv_rows import Problem
from bot.errors import Conflict
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.objections import may_be_objected_to
from bot.participants import NO_SECRETARIAT, ROLES_OF, Contact, Participant, Role, broken_rules, other_kind
from bot.roster import CONTACTS, PARTICIPANTS, BadRoster, Organisation, Person, Roster, read_roster, write_roster
from handlers.act import act, reading
from handlers.desk import Actor, Desk
from handlers.linking import speaks_no_longer
from handlers.succession import to_invite
from handlers.work import Reading, Writing
from storage import directory, objections, proxies
from storage import roster as queries
from storage.directory import ANY_TEAM, Directory

OTHER_ORGANISATION = (
    "{email} is a contact of {short} here already. Nobody speaks for two organisations: use another address, or remove "
    "the contact first."
)
TOGETHER = "Nothing was imported. With what is here already, the roster would break these rules:\n{rules}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: short names and addresses added and changed, and those that are here but not in the files;
    ``uninvited``: whom of an Agency it added though calls that they may join are announced already, as it mails nobody;
    ``in_flight``: what was leaving for whom it took the secretariat's role from, or a Slack account."""

    participants_added: tuple[str, ...]
    participants_changed: tuple[str, ...]
    contacts_added: tuple[str, ...]
    contacts_changed: tuple[str, ...]
    participants_lacking: tuple[str, ...]
    contacts_lacking: tuple[str, ...]
    secretariat: tuple[str, ...]
    uninvited: tuple[str, ...] = ()
    in_flight: InFlight = NONE_IN_FLIGHT

    @property
    def changed_nothing(self) -> bool:
        return not (
            self.participants_added or self.participants_changed or self.contacts_added or self.contacts_changed
        )


@dataclass(frozen=True, slots=True)
class Exported:
    """The texts of the two files, and how many participants and contacts they hold."""

    participants: str
    contacts: str
    counts: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the directory is (``known``, who left or was removed included) and what the files make of it; ``untied``:
    the contacts (ids) for whom a Slack user spoke whom they give to another."""

    known: Directory
    participants: dict[str, Participant]
    contacts: dict[str, Contact]
    links: tuple[tuple[str, Contact], ...]
    untied: tuple[str, ...]

    @property
    def held(self) -> dict[str, Participant]:
        return {p.short_name: p for p in self.known.participants}

    @property
    def present(self) -> dict[str, Contact]:
        return {c.email: c for c in self.known.everyone if c.removed_at is None}

    def after(self) -> Directory:
        """Everybody who is here once it is done."""
        participants = {p.id: p for p in (*self.known.participants, *self.participants.values())}
        contacts = {c.id: c for c in (*self.known.contacts, *self.contacts.values())}
        return Directory(
            tuple(p for p in participants.values() if p.left_at is None),
            tuple(c for c in contacts.values() if c.removed_at is None),
        )


def import_roster(desk: Desk, actor: Actor, participants: bytes, contacts: bytes) -> Imported:
    """Brings the directory to what the files say: adds and changes, never removes, and mails nobody.

    1. Reads and checks both files whole, then what they make together with who is here already. Raises BadRoster or
       Conflict with every problem, and nothing is changed.
    2. Writes what is new or different: the same files twice change nothing. Who loses the secretariat's role is
       narrowed; who comes back under the same address of the same organisation is objected to as before.
    """
    return _import(desk, actor, read_roster(participants, contacts))  # read before: the act holds up others


@act
def _import(work: Writing, roster: Roster) -> Imported:
    plan = _plan(work, roster)
    _check(roster, plan)
    done = _difference(plan)
    new_participants = [p for s, p in plan.participants.items() if s not in plan.held]
    old_participants = [p for s, p in plan.participants.items() if s in plan.held and plan.held[s] != p]
    queries.save_participants(work.tx, new_participants, old_participants)
    new_contacts = [c for e, c in plan.contacts.items() if e not in plan.present]
    old_contacts = [c for e, c in plan.contacts.items() if e in plan.present and plan.present[e] != c]
    queries.save_contacts(work.tx, new_contacts, old_contacts)
    work.narrow(c.id for c in old_contacts if Role.SECRETARIAT in plan.present[c.email].roles - c.roles)
    brought = [c.id for c in old_contacts if plan.present[c.email].only_call is not None]
    proxies.release(work.tx, brought)
    for contact in _back(plan, new_contacts):
        objections.pass_address(work.tx, contact.email, contact.participant_id, contact.id)
    speaks_no_longer(work, plan.untied)
    for user_id, contact in plan.links:
        directory.link_slack_user(work.tx, ANY_TEAM, user_id, contact.id, "roster", work.now, confirmed=True)
    _place(work, plan)
    if not done.changed_nothing:
        work.record(
            "roster import", "roster", participants_added=done.participants_added, contacts_added=done.contacts_added,
            participants_changed=done.participants_changed, contacts_changed=done.contacts_changed,
        )  # fmt: skip
    lacking = to_invite(work, new_contacts, plan.after()) if new_contacts else {}
    return replace(done, uninvited=tuple(c.email for c in new_contacts if c.id in lacking))


@reading
def export_roster(work: Reading) -> Exported:
    """The directory as the roster's two files: what was imported comes out as it went in, who came since at the end."""
    known, places = directory.everybody(work.tx), queries.places(work.tx)
    users: dict[str, list[str]] = {}
    for tie in queries.ties(work.tx):
        if tie.source != "profile":
            users.setdefault(tie.contact_id, []).append(tie.user_id)
    participants = sorted(known.participants, key=lambda p: (places[p.id] == 0, places[p.id], p.short_name))
    contacts = sorted(known.contacts, key=lambda c: (places[c.id] == 0, places[c.id], c.email))
    short = {p.id: p.short_name for p in participants}
    roster = Roster(
        tuple(Organisation(p.short_name, p.kind, p.name, p.country, p.sector, p.zone) for p in participants),
        tuple(
            Person(
                short[c.participant_id],
                c.name,
                c.email,
                c.roles,
                c.zone,
                tuple(sorted(users.get(c.id, ()))),
                c.attending,
            )
            for c in contacts
        ),
    )
    return Exported(*write_roster(roster), (len(participants), len(contacts)))


def _plan(work: Writing, roster: Roster) -> _Plan:
    known = directory.everybody(work.tx, past=True)
    tied = {t.user_id: t.contact_id for t in queries.ties(work.tx)}
    held = {p.short_name: p for p in known.participants}
    present = {c.email: c for c in known.everyone if c.removed_at is None}
    participants = {}
    for o in roster.participants:
        found = held.get(o.short_name)
        participants[o.short_name] = Participant(
            found.id if found else work.desk.new_id(), o.short_name, o.kind, o.name, o.country, o.sector, o.zone
        )
    contacts = {}
    for person in roster.contacts:
        mine = present.get(person.email)
        organisation = participants[person.participant]
        contact = Contact(
            mine.id if mine else work.desk.new_id(), mine.participant_id if mine else organisation.id, person.name,
            person.email, person.zone, person.roles, person.attending, shown=mine.shown if mine else False,
        )  # fmt: skip
        if _is_first(work.desk.settings.secretariat, contact, tied) and Role.SECRETARIAT in ROLES_OF[organisation.kind]:
            contact = replace(contact, roles=contact.roles | {Role.SECRETARIAT})
        contacts[person.email] = contact
    links = tuple(
        (user_id, contacts[person.email])
        for person in roster.contacts
        for user_id in person.slack_ids
        if tied.get(user_id) != contacts[person.email].id
    )
    untied = tuple(tied[user_id] for user_id, _ in links if user_id in tied)
    return _Plan(known, participants, contacts, links, untied)


def _is_first(words: Iterable[str], contact: Contact, tied: Mapping[str, str]) -> bool:
    """Whether LAP_SECRETARIAT names *contact*, by its address or by a Slack user tied to it: it keeps the role then."""
    return any(word.lower() == contact.email or tied.get(word) == contact.id for word in words)


def _check(roster: Roster, plan: _Plan) -> None:
    """Refuses what the files say of somebody who is here otherwise, and rules that both would break together."""
    held, present = plan.held, plan.present
    found = []
    for organisation in roster.participants:
        before = held.get(organisation.short_name)
        says = other_kind(before, organisation.kind) if before is not None else None
        if says is not None:
            found.append(Problem(PARTICIPANTS, organisation.line, says))
    short = {p.id: p.short_name for p in plan.known.participants}
    for person in roster.contacts:
        mine = present.get(person.email)
        if mine is not None and short[mine.participant_id] != person.participant:
            says = OTHER_ORGANISATION.format(email=person.email, short=short[mine.participant_id])
            found.append(Problem(CONTACTS, person.line, says))
    if found:
        raise BadRoster(found)
    known = set(broken_rules(plan.known.participants, plan.known.contacts))
    after = plan.after()
    broken = [says for says in broken_rules(after.participants, after.contacts) if says not in known]
    if broken and (plan.known.contacts or broken != [NO_SECRETARIAT]):
        raise Conflict(TOGETHER.format(rules="\n".join(broken)))


def _difference(plan: _Plan) -> Imported:
    held, present, after = plan.held, plan.present, plan.after()
    back = [s for s in plan.participants if s in held and held[s].left_at is not None]
    linked = {contact.email for _, contact in plan.links}
    return Imported(
        participants_added=tuple(s for s in plan.participants if s not in held or s in back),
        participants_changed=tuple(
            s for s, p in plan.participants.items() if s in held and held[s] != p and s not in back
        ),
        contacts_added=tuple(e for e in plan.contacts if e not in present),
        contacts_changed=tuple(
            e for e, c in plan.contacts.items() if e in present and (present[e] != c or e in linked)
        ),
        participants_lacking=tuple(p.short_name for p in after.participants if p.short_name not in plan.participants),
        contacts_lacking=tuple(c.email for c in after.contacts if c.email not in plan.contacts),
        secretariat=tuple(c.email for c in after.secretariat),
    )


def _back(plan: _Plan, new: Iterable[Contact]) -> list[Contact]:
    """Who of *new* was a contact of the same organisation before, where that may be objected to."""
    before = {(c.email, c.participant_id) for c in plan.known.everyone if c.removed_at is not None}
    guests = {p.id for p in plan.participants.values() if may_be_objected_to(p.kind)}
    return [c for c in new if c.participant_id in guests and (c.email, c.participant_id) in before]


def _place(work: Writing, plan: _Plan) -> None:
    """Keeps the order of the files, where it is new."""
    places = queries.places(work.tx)
    orders = (
        [p.id for p in plan.participants.values()],
        [c.id for c in plan.contacts.values()],
    )
    given = [{row: at for at, row in enumerate(order, 1) if places.get(row) != at} for order in orders]
    queries.set_places(work.tx, *given)
