"""Owns what can be typed after ``lap``; what each command does is ``__main__``'s."""

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path

from bot.audit import Head, read_head
from bot.text import clean_line

Add = Callable[..., ArgumentParser]

ABOUT = "Plans and runs the conference calls of the network, from Slack, mail and a web page."
STATUS = """exit status: 0 done, 1 refused (the reason is on stderr), 2 wrong use

The settings are read from the environment and from a file .env in this folder;
.env.sample of the source shows them all. `lap doctor` checks them."""

COMMANDS = {
    "serve": "web, heartbeat and delivery in one process; brings the database to head first",
    "web": "the web part alone, beside workers on PostgreSQL",
    "worker": "heartbeat and delivery alone, on PostgreSQL",
    "tick": "does once what is due, and prints what was done",
    "migrate": "brings the database to the version of this program",
    "procedure": "prints the procedure in force, complete, with comments",
    "doctor": "checks settings, database, mail and Slack, and says what to mend",
}


def parser() -> ArgumentParser:
    """The whole command line. Wrong use ends the program with status 2."""
    made = ArgumentParser("lap", description=ABOUT, epilog=STATUS, formatter_class=RawDescriptionHelpFormatter)
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, says in COMMANDS.items():
        _told(commands.add_parser, name, says)
    roster = commands.add_parser("roster", help="brings the roster in and out: participants.csv and contacts.csv")
    ways = roster.add_subparsers(dest="way", metavar="import|export", required=True)
    for way, says in (
        ("import", "adds and changes what the files say, never removes, mails nobody; all or nothing"),
        ("export", "writes both files"),
    ):
        told = _told(ways.add_parser, way, says)
        told.add_argument("folder", metavar="DIR", type=Path, help="the folder of participants.csv and contacts.csv")
    audit = commands.add_parser("audit", help="verifies that nobody changed or cut the audit record")
    says = "reads the whole record, and says how many entries it has and its head, or the first that is wrong"
    verify = _told(audit.add_subparsers(dest="way", metavar="verify", required=True).add_parser, "verify", says)
    verify.add_argument("--head", metavar="NUMBER:HASH", type=_head, help="a head that was mailed: it must be in it")
    _add_subject(commands.add_parser)
    _add_hold(commands.add_parser)
    return made


def _add_subject(add_command: Add) -> None:
    subject = add_command("subject", help="what is kept about one person: given out to them, or erased")
    ways = subject.add_subparsers(dest="way", metavar="export|erase", required=True)
    says = "writes what goes to the person, and beside it what is withheld, each with a ground to confirm"
    export = _told(ways.add_parser, "export", says)
    export.add_argument("email", metavar="EMAIL", type=clean_line)
    export.add_argument("--to", metavar="DIR", type=Path, default=Path("subject-export"), help="default: %(default)s")
    says = "erases a person who is no contact any more, and says what stays, and why"
    erase = _told(ways.add_parser, "erase", says)
    erase.add_argument("email", metavar="EMAIL", type=clean_line)


def _add_hold(add_command: Add) -> None:
    hold = add_command("hold", help="suspends erasure and retention for a stated reason")
    ways = hold.add_subparsers(dest="way", metavar="add|list|lift", required=True)
    says = "keeps what is about one person or one call, or, without either, all there is"
    add = _told(ways.add_parser, "add", says)
    add.add_argument("reason", metavar="REASON", help="in words; it is put on the audit record")
    add.add_argument("about", metavar="EMAIL|CALL", nargs="?", help="a call by its date, as in 2027-02-16")
    _told(ways.add_parser, "list", "lists the holds that stand")
    lift = _told(ways.add_parser, "lift", "ends a hold")
    lift.add_argument("reference", metavar="REFERENCE")


def _told(add_command: Add, name: str, says: str) -> ArgumentParser:
    """A command whose help in the list and whose description are the same sentence."""
    return add_command(name, help=says, description=says[0].upper() + says[1:] + ".")


def _head(text: str) -> Head:
    head = read_head(text)
    if head is None:
        raise ArgumentTypeError("copy it from the mail: a number, a colon, and 64 letters and digits")
    return head
