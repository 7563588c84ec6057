"""Owns how a contact or a participant is typed: which words are arguments, which the name; acts find who is meant."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import NotUnderstood
from bot.participants import ParticipantKind, Role, Sector
from bot.when import find_zone
from bot.who import read_sector
from bot.words import Word, mailto, mention, split_words

ROLES = {
    "point": Role.POINT_OF_CONTACT,
    "primary": Role.PRIMARY_CONTACT,
    "spam-contact": Role.SPAM_ENFORCEMENT_CONTACT,
    "liaison": Role.LIAISON,
    "secretariat": Role.SECRETARIAT,
}
"""The words for the roles (interface.md)."""

KINDS = {
    "agency": ParticipantKind.AGENCY,
    "representative": ParticipantKind.PRIVATE_SECTOR,
    "private-sector": ParticipantKind.PRIVATE_SECTOR,
    "observer": ParticipantKind.OBSERVER,
}

ADD = '`/lap contact add jane@agency.example "Jane Doe" for us-ftc as point zone New York`'
REPLACE = '`/lap contact replace old@agency.example by jane@agency.example "Jane Doe"`'
REMOVE = "`/lap contact remove jane@agency.example`"
LINK = "`/lap contact link jane@agency.example to @jane`"
UNLINK = "`/lap contact unlink @jane`"
PARTICIPANT = (
    '`/lap participant add nz-dia "Department of Internal Affairs" agency NZ zone Auckland jane@dia.example "Jane Doe"`'
)

NOTHING = "An e-mail address is missing. Write it as in {example}."
NO_ADDRESS = "I find no e-mail address in “{text}”. Write it as in {example}."
ADDRESSES = "I find {count} in “{text}”, and need {needed}. Write it as in {example}."
NAMES = "I read “{first}” as the name, and do not understand “{other}” beside it. Write it as in {example}."
NOTHING_AFTER = "What follows `{word}`? Write it as in {example}."
NO_ROLE = "“{said}” is no role. Write one of {roles}, as in {example}."
NO_KIND = "What is it: an agency, a representative or an observer? Write it as in {example}."
NO_NAMES = "Give two names in quotes, the organisation's and its first contact's, as in {example}."
NO_SHORT = "A short name is missing. Write it first, as in {example}."
NO_USER = "I find no Slack user in “{text}”. Write it as in {example}."

_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact as typed; what was left out is None, a name empty. ``zone`` is an IANA name."""

    email: str
    name: str = ""
    organisation: str | None = None
    roles: frozenset[Role] | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class NewParticipant:
    """An organisation as typed, with its first contact, who gets the kind's first role; ``zone`` is an IANA name."""

    short_name: str
    name: str
    kind: ParticipantKind
    country: str
    sector: Sector | None
    zone: str
    email: str
    person: str


def read_add(text: str) -> NewContact:
    """``EMAIL "NAME" for ORG [as ROLE]... [zone ZONE]``, in any order; the name needs its quotes only where it stands
    behind an organisation or a zone. Raises NotUnderstood."""
    words = split_words(text)
    emails, words = _take(words, mailto)
    said, rest = _clauses(words, ("for", "as", "zone"), ADD)
    quoted = [w.text for w in rest if w.quoted]
    loose = [w.text for w in rest if not w.quoted]
    organisation, more = _organisation(said.get("for"), keep_all=bool(quoted or loose))
    zone, after_zone = _zone(said.get("zone"))
    roles, after_roles = _roles(said.get("as"))
    loose += more + after_roles + after_zone
    if len(emails) != 1:
        raise _count(emails, text, "one", ADD)
    name = quoted[0] if quoted else " ".join(loose)
    stray = quoted[1:] + (loose if quoted else [])
    if stray:
        raise NotUnderstood(NAMES.format(first=name, other=" ".join(stray), example=ADD))
    return NewContact(emails[0], name, organisation, roles, zone)


def read_replace(text: str) -> tuple[str, str, str]:
    """``EMAIL by EMAIL "NAME"`` as the old address, the new one and the new name. Raises NotUnderstood."""
    emails, words = _take(split_words(text), mailto)
    if len(emails) != 2:
        raise _count(emails, text, "two", REPLACE)
    rest = [w for w in words if w.quoted or w.text.casefold() not in ("by", "with")]
    if sum(w.quoted for w in rest) > 1 or (len(rest) > 1 and any(w.quoted for w in rest)):
        raise NotUnderstood(NAMES.format(first=rest[0].text, other=rest[-1].text, example=REPLACE))
    return emails[0], emails[1], " ".join(w.text for w in rest)


def read_email(text: str, example: str = REMOVE) -> str:
    """One e-mail address and nothing else. Raises NotUnderstood."""
    email = mailto(text)
    if email is None:
        raise NotUnderstood((NO_ADDRESS if text else NOTHING).format(text=text, example=example))
    return email


def read_link(text: str) -> tuple[str, str]:
    """``EMAIL to @USER`` as address and Slack user. Raises NotUnderstood."""
    emails, words = _take(split_words(text), mailto)
    users, _ = _take(words, mention)
    if len(emails) != 1:
        raise _count(emails, text, "one", LINK)
    if len(users) != 1:
        raise NotUnderstood(NO_USER.format(text=text, example=LINK))
    return emails[0], users[0]


def read_unlink(text: str) -> tuple[str | None, str | None]:
    """``@USER`` or ``EMAIL``: an address or a Slack user, the other one None. Raises NotUnderstood."""
    email, user = mailto(text), mention(text)
    if email is None and user is None:
        raise NotUnderstood(NO_USER.format(text=text, example=UNLINK))
    return email, user


def read_participant(text: str) -> NewParticipant:
    """``SHORT "NAME" agency|representative|observer [COUNTRY] [SECTOR] zone ZONE EMAIL "PERSON"``, in any order but of
    the two names. Raises NotUnderstood."""
    emails, words = _take(split_words(text), mailto)
    if len(emails) != 1:
        raise _count(emails, text, "one", PARTICIPANT)
    said, rest = _clauses(words, ("zone",), PARTICIPANT)
    quoted = [w.text for w in rest if w.quoted]
    loose = [w.text for w in rest if not w.quoted]
    if len(quoted) != 2:
        raise NotUnderstood(NO_NAMES.format(example=PARTICIPANT))
    zone, after_zone = _zone(said.get("zone"))
    loose += after_zone
    if zone is None:
        raise NotUnderstood(NOTHING_AFTER.format(word="zone", example=PARTICIPANT))
    kinds = [w for w in loose if w.casefold().replace("_", "-") in KINDS]
    if len(kinds) != 1:
        raise NotUnderstood(NO_KIND.format(example=PARTICIPANT))
    others = [w for w in loose if w is not kinds[0]]
    countries = [w for w in others if _COUNTRY.fullmatch(w)]
    sectors = [w for w in others if read_sector(w)]
    shorts = [w for w in others if w not in countries and w not in sectors]
    if not shorts:
        raise NotUnderstood(NO_SHORT.format(example=PARTICIPANT))
    stray = shorts[1:] + countries[1:] + sectors[1:]
    if stray:
        raise NotUnderstood(NAMES.format(first=quoted[0], other=" ".join(stray), example=PARTICIPANT))
    return NewParticipant(
        shorts[0].casefold(), quoted[0], KINDS[kinds[0].casefold().replace("_", "-")],
        countries[0] if countries else "", read_sector(sectors[0]) if sectors else None, zone, emails[0], quoted[1],
    )  # fmt: skip


def read_zone(text: str) -> str:
    """The IANA name of the zone that *text* names. Raises NotUnderstood."""
    try:
        return str(find_zone(text))
    except NotUnderstood as error:
        raise NotUnderstood(error.says.replace("“14:30 ", "“")) from None


def _take(words: Sequence[Word], read: Callable[[str], str | None]) -> tuple[list[str], list[Word]]:
    """What of *words* has that shape, as read, and the others."""
    found: list[str] = []
    others: list[Word] = []
    for word in words:
        value = None if word.quoted else read(word.text)
        if value is None:
            others.append(word)
        else:
            found.append(value)
    return found, others


def _clauses(words: Sequence[Word], keywords: Sequence[str], example: str) -> tuple[dict[str, list[Word]], list[Word]]:
    """The words behind each keyword, up to the next one or a quoted name, and what stands before them all.

    A quoted word directly behind a keyword is its whole clause.
    """
    said: dict[str, list[Word]] = {}
    rest: list[Word] = []
    open_clause: list[Word] | None = None
    keyword = ""
    for word in words:
        if not word.quoted and word.text.casefold() in keywords and (open_clause is None or open_clause):
            keyword = word.text.casefold()
            open_clause = said.setdefault(keyword, [])
        elif open_clause is None or (word.quoted and open_clause):
            rest.append(word)
            open_clause = None
        else:
            open_clause.append(word)
            open_clause = None if word.quoted else open_clause
    if any(not found for found in said.values()):
        raise NotUnderstood(NOTHING_AFTER.format(word=keyword, example=example))
    return said, rest


def _organisation(words: Sequence[Word] | None, *, keep_all: bool) -> tuple[str | None, list[str]]:
    """The organisation that follows ``for``: all of it where the name stands elsewhere, else its first word, and the
    words behind that."""
    if not words:
        return None, []
    if keep_all:
        return " ".join(w.text for w in words), []
    return words[0].text, [w.text for w in words[1:]]


def _zone(words: Sequence[Word] | None) -> tuple[str | None, list[str]]:
    """The zone that the words behind ``zone`` begin with, the longest name, and the words behind it."""
    if not words:
        return None, []
    texts = [w.text for w in words]
    for length in range(min(len(texts), 4), 0, -1):
        try:
            return str(find_zone(" ".join(texts[:length]))), texts[length:]
        except NotUnderstood:
            continue
    return read_zone(texts[0]), []


def _roles(words: Sequence[Word] | None) -> tuple[frozenset[Role] | None, list[str]]:
    """The roles that the words behind ``as`` begin with, and the words behind them."""
    if words is None:
        return None, []
    found: set[Role] = set()
    at = 0
    while at < len(words):
        said = [word for word in words[at].text.casefold().split(",") if word]
        if not all(word in ROLES or (found and word == "and") for word in said):
            break
        found.update(ROLES[word] for word in said if word in ROLES)
        at += 1
    if not found:
        said_roles = ", ".join(f"`{role}`" for role in ROLES)
        raise NotUnderstood(NO_ROLE.format(said=words[0].text, roles=said_roles, example=ADD))
    return frozenset(found), [w.text for w in words[at:]]


def _count(emails: Sequence[str], text: str, needed: str, example: str) -> NotUnderstood:
    if not emails:
        return NotUnderstood((NO_ADDRESS if text else NOTHING).format(text=text, example=example))
    found = "1 e-mail address" if len(emails) == 1 else f"{len(emails)} e-mail addresses"
    return NotUnderstood(ADDRESSES.format(count=found, text=text, needed=needed, example=example))
