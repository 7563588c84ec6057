"""Owns the roster's commands: files in and out, and what is said of them; the acts are ``handlers.roster``'s."""

import sys
from pathlib import Path

from bot.errors import Refusal
from bot.roster import CONTACTS, PARTICIPANTS
from handlers import roster
from handlers.cli.files import write_for_its_owner
from handlers.desk import Desk
from handlers.identity import ensure_first_secretariat, the_machine
from handlers.roster import Imported

DONE, REFUSED = 0, 1

NO_FILE = (
    "Nothing was imported. {path} cannot be read ({why}). Give the folder that holds {participants} and {contacts}."
)
NOTHING_NEW = "Nothing changed: what the files say is here already."
SAID = "{what}: {added} added{names_added}, {changed} changed{names_changed}."
LACKING = "Not in the files, and left as they are: {names}."
NOBODY_MAILED = "Nobody was mailed."
UNINVITED = (
    "Not invited yet to calls that are announced already: {names}. For each, the secretariat types, as for the first, "
    "`/lap contact add {first}`."
)
LEAVING = (
    "Already leaving for those who lost a role or a Slack account by this: {messages}. Nothing more begins to leave."
)
NO_SECRETARIAT = (
    "Nobody is the secretariat yet. Give an Agency's contact the role `secretariat` in {contacts}, or name its address "
    "in LAP_SECRETARIAT, and import again."
)
WRITTEN = "{participants} participants and {contacts} contacts were written to {folder}."
IN_PLACE = "They stand in the place of the files that were there."
NOT_WRITTEN = "The roster was not written: {path} ({why})."
MOST_NAMES = 10


def import_roster(desk: Desk, folder: Path) -> int:
    """``lap roster import DIR``: says what was done, or all that is wrong; returns the exit status."""
    try:
        files = [_read(folder / name) for name in (PARTICIPANTS, CONTACTS)]
        done = roster.import_roster(desk, the_machine("command line"), *files)
        first = ensure_first_secretariat(desk)
    except Refusal as refusal:
        print(refusal.says, file=sys.stderr)
        return REFUSED
    print("\n".join(_told(done)))
    if done.uninvited:
        print(UNINVITED.format(names=", ".join(done.uninvited), first=done.uninvited[0]))
    if done.in_flight.count:
        print(LEAVING.format(messages="; ".join(done.in_flight.messages)))
    if not done.secretariat and not first.given:
        print(NO_SECRETARIAT.format(contacts=CONTACTS))
    return DONE


def export_roster(desk: Desk, folder: Path) -> int:
    """``lap roster export DIR``: writes both files for their owner's eyes only, each whole or not at all; returns the
    exit status."""
    try:
        done = roster.export_roster(desk, the_machine("command line"))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replaced = any((folder / name).exists() for name in (PARTICIPANTS, CONTACTS))
        write_for_its_owner(folder / PARTICIPANTS, done.participants)
        write_for_its_owner(folder / CONTACTS, done.contacts)
    except Refusal as refusal:
        print(refusal.says, file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(NOT_WRITTEN.format(path=error.filename, why=error.strerror), file=sys.stderr)
        return REFUSED
    written = WRITTEN.format(participants=done.counts[0], contacts=done.counts[1], folder=folder)
    print(f"{written} {IN_PLACE}" if replaced else written)
    return DONE


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        says = NO_FILE.format(path=path, why=error.strerror, participants=PARTICIPANTS, contacts=CONTACTS)
        raise Refusal(says) from error


def _told(done: Imported) -> list[str]:
    if done.changed_nothing:
        lines = [NOTHING_NEW]
    else:
        lines = [
            SAID.format(
                what=what,
                added=len(added),
                names_added=_names(added),
                changed=len(changed),
                names_changed=_names(changed),
            )
            for what, added, changed in (
                ("Participants", done.participants_added, done.participants_changed),
                ("Contacts", done.contacts_added, done.contacts_changed),
            )
        ]
    lacking = [*done.participants_lacking, *done.contacts_lacking]
    return [*lines, *([LACKING.format(names=", ".join(lacking))] if lacking else []), NOBODY_MAILED]


def _names(names: tuple[str, ...]) -> str:
    """The names where they are few."""
    return f" ({', '.join(names)})" if 0 < len(names) <= MOST_NAMES else ""
