"""Owns the answer to a person who asks what is kept about them: its shape, its words, and the grounds for what is
withheld; what is put into it is ``handlers.subjects``'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.dates import show_date

Row = Mapping[str, str]


class Section(StrEnum):
    """What the answer is made of, in order: the same for everybody, whether or not anything is kept."""

    CONTACT = "Your contact data"
    ACCOUNTS = "Slack accounts that speak for you"
    INVITATIONS = "Your part of the calls, and your answers"
    ATTENDANCE = "Where your organisation was noted as present"
    WRITTEN = "What you wrote"
    LINES = "Minutes that name your organisation, as you may read them"
    ACTIONS = "Actions of your organisation"
    SENT = "What you were sent, or may have been sent"
    RECORD = "The audit record: what you did, and changes of your own data"


class Ground(StrEnum):
    """Why something may be withheld; the secretariat confirms each, or gives it out."""

    OBJECTION = (
        "An Agency's objection and its reasons: confidential under the Plan (A, B.3); giving them out would adversely "
        "affect the rights of that Agency (GDPR Art. 15(4)) and could prejudice investigations (Art. 23(1)(d))."
    )
    LIST = (
        "The secretariat's preparation of a call that the person is or was not told of: it would show parts of calls "
        "that are closed to them (Plan A, B.3; GDPR Art. 15(4), 23(1)(h))."
    )
    CLOSED = (
        "A text of a part that the person may not read: its originator shared it in confidence (Plan A; GDPR "
        "Art. 15(4), 23(1)(d)). See whether the person is meant at all."
    )
    RED = "TLP:RED: for those who were present, and never exported. The originator can give it out."
    OTHERS = "Names and acts of other people (GDPR Art. 15(4))."
    HOLD = "A hold and its reason: see whether telling of it would defeat its purpose (GDPR Art. 23(1)(d), (f), (j))."


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that is kept about the person and not given out, with the ground that the secretariat confirms."""

    what: Row
    ground: Ground


@dataclass(frozen=True, slots=True)
class Network:
    """Who answers, in the procedure file's own words."""

    name: str
    holder: str
    purpose: str
    authority: str


ASKED = "You asked which personal data {network} keeps under the address {email}. This is all that can be given out."
CONTACTS_ARE_TOLD = "Whoever is a contact of the network is told: {holder} {purpose}"
"""True for everybody who asks, also for somebody of whom nothing is held."""
NOTHING = "Nothing."
RIGHTS = (
    "You may have what is wrong put right, object to its use, and ask that it be erased once you are no contact any "
    "more: answer this letter. Nothing here was decided by a machine alone. How long each kind of record is kept, and "
    "who else receives it, the secretariat tells you on request."
)
NEITHER = (
    "Some data, if there is any, may be neither confirmed nor denied, because of what members shared in confidence or "
    "because of the rights of others. This sentence stands in every such answer, whoever asks."
)


def letter(email: str, sections: Mapping[Section, Sequence[Row]], network: Network, at: datetime) -> str:
    """The letter to the person: of the same shape, and with the same end, for an address that nothing is kept of."""
    lines = [f"To: {email}", f"Date: {show_date(at.date())}", "", ASKED.format(network=network.name, email=email)]
    lines.append(CONTACTS_ARE_TOLD.format(holder=network.holder, purpose=network.purpose))
    for section in Section:
        lines += ["", section.value, *([_line(row) for row in sections.get(section, ())] or [NOTHING])]
    return "\n".join([*lines, "", RIGHTS, "", NEITHER, network.authority]) + "\n"


def withheld_list(email: str, withheld: Sequence[Withheld]) -> str:
    """The list for the secretariat alone: each ground with what it covers, to be confirmed or given out."""
    lines = [f"Withheld from {email}. For the secretariat only: confirm each ground, or give out what it covers."]
    for ground in Ground:
        covered = [w for w in withheld if w.ground is ground]
        if covered:
            lines += ["", f"[ ] {ground.value}", *(_line(w.what) for w in covered)]
    return "\n".join(lines if withheld else [*lines, "", NOTHING]) + "\n"


def _line(row: Row) -> str:
    return "- " + "; ".join(f"{name}: {value}" for name, value in row.items() if value)
