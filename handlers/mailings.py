"""Owns what the secretariat sees of a mass mailing: how many have left, who waits and why, who was given up."""

from dataclasses import replace

from bot.mailings import Mailing, worth_telling
from handlers.desk import Reading
from storage import mailings

MOST_NAMED = 3


def mailing_of(work: Reading, call_id: str) -> Mailing | None:
    """How far the last mailing about that call is, for the secretariat; None where all of it left some time ago."""
    if not work.reader.secretariat:
        return None
    found = worth_telling(mailings.of_call(work.tx, call_id), work.now)
    if found is None or not (found.waiting or found.given_up):
        return found
    return replace(found, troubles=mailings.troubles(work.tx, call_id, found.begun, MOST_NAMED))
