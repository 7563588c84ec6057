"""Owns early-warning reports of representatives (B.3.a.v): what one says, and when it was gathered into a briefing; who
reads one is ``audience``'s."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.confidentiality import Tlp, split_label
from bot.errors import Conflict, NotUnderstood
from bot.text import clean_text

LONGEST = 2000

NO_WORDS = (
    "What do you report? Write it last, as in `/lap report TLP:GREEN Parcel SMS tripled in a week, from 40 gateways`."
)
GATHERED = "`{reference}` was sent to the Agencies already, so it stays. Report anew what has changed."
GONE = "`{reference}` was taken back already."


@dataclass(frozen=True, slots=True)
class Report:
    """General data on spam and online fraud, given as an early warning (B.3.a.v). ``call_id``: the call with whose
    briefing it went to the Agencies; None while it waits. Times are UTC."""

    reference: str
    participant_id: str
    contact_id: str
    text: str
    label: Tlp
    at: datetime
    call_id: str | None = None
    taken_back_at: datetime | None = None


_QUOTED = re.compile(r'["“„]([^"“”„]*)["”]', re.DOTALL)


def read_report(typed: str) -> tuple[Tlp | None, str]:
    """*typed* (``[TLP:LABEL] TEXT``, the label first or last) as its label and its words, with their line breaks.

    Raises NotUnderstood for no words, for more than 2,000 characters, and for a label that there is not.
    """
    label, text = split_label(clean_text(typed))
    if quoted := _QUOTED.fullmatch(text):  # as titles are typed elsewhere
        text = quoted[1].strip()
    if not text:
        raise NotUnderstood(NO_WORDS)
    if len(text) > LONGEST:
        raise NotUnderstood(f"That report has {len(text)} characters, and {LONGEST} fit. Shorten it: {text}")
    return label, text


def taken_back(report: Report, now: datetime) -> Report:
    """*report* as it is once taken back. Raises Conflict where it was, or where Agencies have it."""
    if report.taken_back_at is not None:
        raise Conflict(GONE.format(reference=report.reference))
    if report.call_id is not None:
        raise Conflict(GATHERED.format(reference=report.reference))
    return replace(report, taken_back_at=now)
