"""Owns what can be typed after ``lap``; what each command does is ``__main__``'s."""

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path

from bot.audit import Head, read_head

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
        commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    roster = commands.add_parser("roster", help="brings the roster in and out: participants.csv and contacts.csv")
    ways = roster.add_subparsers(dest="way", metavar="import|export", required=True)
    for way, says in (
        ("import", "adds and changes what the files say, never removes, mails nobody; all or nothing"),
        ("export", "writes both files"),
    ):
        told = ways.add_parser(way, help=says, description=says[0].upper() + says[1:] + ".")
        told.add_argument("folder", metavar="DIR", type=Path, help="the folder of participants.csv and contacts.csv")
    audit = commands.add_parser("audit", help="verifies that nobody changed or cut the audit record")
    says = "reads the whole record, and says how many entries it has and its head, or the first that is wrong"
    verify = audit.add_subparsers(dest="way", metavar="verify", required=True).add_parser(
        "verify", help=says, description=says[0].upper() + says[1:] + "."
    )
    verify.add_argument("--head", metavar="NUMBER:HASH", type=_head, help="a head that was mailed: it must be in it")
    return made


def _head(text: str) -> Head:
    head = read_head(text)
    if head is None:
        raise ArgumentTypeError("copy it from the mail: a number, a colon, and 64 letters and digits")
    return head
