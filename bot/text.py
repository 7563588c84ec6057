"""Owns what is dropped from the words that people write, and which addresses can be used; escaping is each door's."""

import re

# What a reader cannot see but a parser may act on: C0 and C1 controls but line breaks, line and paragraph separators,
# embeddings, overrides and isolates of direction, and lone surrogates, which no UTF-8 can carry.
_DROPPED = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAK = re.compile(r"\r\n?")
_BREAKS = re.compile(r"[\r\n]+")

# What stands in a ``mailto:`` without percent-encoding (RFC 6068 2), since calendars compare ATTENDEE letter by letter
# with the account's address. No quoted local part, no address literal, international domains as their A-labels.
_ATOM = r"[A-Za-z0-9!$'*+_~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_DOMAIN.pattern}")


def clean_line(text: str) -> str:
    """*text* as one line: line breaks become a space, control and direction characters are dropped, ends are stripped.

    Joiners, U+200E, U+200F, emoji and curly quotes stay: names and titles need them.
    """
    if text.isprintable():  # most is: of what is dropped, and of line breaks, nothing is
        return text.strip()
    return _BREAKS.sub(" ", _DROPPED.sub("", text)).strip()


def clean_text(text: str) -> str:
    r"""*text* made harmless like a line of ``clean_line``, but with its line breaks kept, each as ``\n``."""
    if text.isprintable():
        return text.strip()
    return _BREAK.sub("\n", _DROPPED.sub("", text)).strip()


def ended(text: str) -> str:
    """*text* as a sentence, for words beside it: with a full stop where it ends in none, nor in a mark that does as
    well."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def is_address(text: str) -> bool:
    """Whether *text* is a bare e-mail address that mail and calendars carry unchanged (RFC 5322 3.4.1, RFC 6068 2)."""
    return _ADDRESS.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """Whether *text* is a domain name in ASCII that can stand behind the ``@`` of an identifier."""
    return len(text) <= 190 and _DOMAIN.fullmatch(text) is not None
