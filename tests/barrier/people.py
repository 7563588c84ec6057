"""Owns who walks: every kind of reader there is, as the model knows them and as the doors do."""

from dataclasses import dataclass

from tests.barrier.model import AGENCY, NOBODY, OBSERVER, REPRESENTATIVE, SECRETARIAT, Person

TEAM = "T1"


@dataclass(frozen=True)
class Reader:
    """A person of the story, with the Slack account and the address that they use ('' where they have none)."""

    person: Person
    user: str
    email: str


def _of(org: str, kind: str, email: str = "") -> Reader:
    named = f"U{org.replace('-', '').upper()}"
    desk = {AGENCY: "spam-enforcement", REPRESENTATIVE: "abuse-desk", OBSERVER: "liaison"}
    return Reader(Person(org, org, kind), named, email or f"{desk.get(kind, 'nobody')}@{org}.example")


SECRETARY = Reader(Person("secretary", "us-ftc", SECRETARIAT), "USECRETARY", "secretariat@us-ftc.example")
OFFICER = Reader(Person("an officer of its Agency", "us-ftc", AGENCY), "UOFFICER", "spam-enforcement@us-ftc.example")
"""Of the Agency that the secretariat is people of, and of the secretariat no seat."""
PROPOSER, NAMED, OTHER, OBJECTOR, SECOND_OBJECTOR = (
    _of(org, AGENCY) for org in ("fr-cnil", "us-fcc", "jp-mic", "de-bnetza", "ca-crtc")
)
COMES, EXCLUDED, NARROWED, UNADMITTED, PENDING, NEVER = (
    _of(org, REPRESENTATIVE)
    for org in ("meridian-net", "harbour-bank", "savanna-mobile", "paybridge", "credit-ledger", "polar-telecom")
)
OBSERVES, OBSERVES_CLOSED, OBSERVES_NOTHING = (_of(org, OBSERVER) for org in ("oecd", "itu", "icpen"))
MAIN = "2027-02-16"
"""The call that proxies are brought to; of the others that their organisations come to they are nobody's readers."""
PROXY = Reader(Person("a proxy of the named", "us-fcc", AGENCY, MAIN), "UPROXY", "proxy@us-fcc.example")
GUESTS_PROXY = Reader(
    Person("a proxy of who comes", "meridian-net", REPRESENTATIVE, MAIN), "UGUESTSPROXY", "proxy@meridian-net.example"
)
FORMER = Reader(Person("former", "meridian-net", NOBODY), "UFORMER", "former@meridian-net.example")
ASKED_FOR = Reader(Person("whom an Agency asked for", "us-fcc", NOBODY), "UASKEDFOR", "asked-for@us-fcc.example")
"""In the place of somebody who was given a seat of the secretariat since: nobody until somebody asks anew."""
UNKNOWN = Reader(Person("unknown", "", NOBODY), "UUNKNOWN", "")
GUEST_ACCOUNT = Reader(Person("a guest's account", "", NOBODY), "UGUESTACCOUNT", "")
"""It entered the code of an Agency's contact, is named in LAP_SECRETARIAT, and waits for the secretariat's word."""

READERS = (
    SECRETARY, OFFICER, PROPOSER, NAMED, OTHER, OBJECTOR, SECOND_OBJECTOR, COMES, EXCLUDED, NARROWED, UNADMITTED,
    PENDING, NEVER, OBSERVES, OBSERVES_CLOSED, OBSERVES_NOTHING, PROXY, GUESTS_PROXY, FORMER, UNKNOWN,
    ASKED_FOR, GUEST_ACCOUNT,
)  # fmt: skip
THEIR_ORGS = tuple(sorted({r.person.org for r in READERS if r.person.org}))
"""Who takes part where nobody else is needed: each kind of reader has an organisation, none has two like it."""
