"""Owns what ``lap subject`` says, and the files of an export; what is erased and what is given out is the acts'."""

import json
import sys
from pathlib import Path

from handlers.cli.files import write_for_its_owner
from handlers.desk import Desk
from handlers.erasing import Erased, erase_subject
from handlers.identity import the_machine
from handlers.subjects import export_subject

DONE, REFUSED = 0, 1
LETTER, DATA, WITHHELD = FILES = "letter.txt", "data.json", "withheld.txt"
WRITTEN = """\
{folder}/{letter} and {folder}/{data} go to the person, once the secretariat has read them.
{folder}/{withheld} stays here: it lists what is withheld, each with a ground to confirm."""
NOBODYS = "Nothing is kept of the address {email}: see that it is spelt right. The letter does not say so."
ANOTHER = (
    "The export was not written: {folder} holds an earlier one. Move or delete that, or name another folder with "
    "`--to DIR`."
)
NOT_WRITTEN = "The export was not written: {path} ({why})."
ERASED = (
    "Erased: name, address, roles, time zone, Slack accounts, personal links, mails that came in. What still waited to "
    "be sent was dropped.",
    "What is kept now leads to “{former}”. The details of {details} audit entries were emptied; the chain holds.",
)
ERASED_OUTSIDER = (
    "Erased: the mails that came from that address, and that somebody asked for it as a contact. It never was one's.",
    "The details of {details} audit entries were emptied; the chain holds.",
)
STAYS = (
    "What stays, and why:",
    "- that a {former} was invited, answered, and was sent something: to show who could know what ([retention]);",
    "- objections: the Agencies' safeguard (Plan B.3; [retention]);",
    "- minutes, decisions and actions, which name organisations: the record of the calls ([retention]);",
    "- the audit entries without their details: number, time, act and reference, so that they can be verified.",
    "Not reached from here: mails that were sent, what Slack keeps, backups; docs/privacy.md says what to do.",
)
MENTIONED = "The name still stands in what people wrote; see whether the person is meant, and correct it: {references}."
OBJECTED = (
    "Objections to that person alone: {references}. They stay, and hold against nobody who comes under that address "
    "again, since it is kept no longer: tell the Agencies, which `/lap objections` names."
)
MOST = 40


def export(desk: Desk, email: str, folder: Path) -> int:
    """``lap subject export EMAIL [--to DIR]``: writes three files for their owner's eyes only; returns the exit status.

    The files have the same shape whether or not anything is kept of the address; only whoever runs the bot is told that
    nothing is. A folder that holds an export already is left as it is.
    """
    if any((folder / name).exists() for name in FILES):
        print(ANOTHER.format(folder=folder), file=sys.stderr)
        return REFUSED
    done = export_subject(desk, the_machine("command line"), email)
    data = json.dumps(done.data, ensure_ascii=False, indent=2) + "\n"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in zip(FILES, (done.letter, data, done.withheld), strict=True):
            write_for_its_owner(folder / name, text)
    except OSError as error:
        print(NOT_WRITTEN.format(path=error.filename, why=error.strerror), file=sys.stderr)
        return REFUSED
    print(WRITTEN.format(folder=folder, letter=LETTER, data=DATA, withheld=WITHHELD))
    if not done.known:
        print(NOBODYS.format(email=email))
    return DONE


def erase(desk: Desk, email: str) -> int:
    """``lap subject erase EMAIL``: says what was erased and what stays; returns the exit status."""
    done = erase_subject(desk, the_machine("command line"), email)
    print("\n".join(_told(done)))
    return DONE


def _told(done: Erased) -> list[str]:
    former = " and ".join(done.former)
    lines = (*ERASED, *STAYS) if former else ERASED_OUTSIDER
    told = [line.format(former=former, details=done.details) for line in lines]
    if done.objections:
        told.append(OBJECTED.format(references=", ".join(f"`{r}`" for r in done.objections)))
    if done.mentions:
        more = f", and {len(done.mentions) - MOST} more" if len(done.mentions) > MOST else ""
        told.append(MENTIONED.format(references=", ".join(f"`{r}`" for r in done.mentions[:MOST]) + more))
    return told
