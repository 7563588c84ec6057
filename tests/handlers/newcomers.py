"""Owns an organisation that is not in the example roster, for tests of joining and leaving."""

from bot.contact_words import NewParticipant
from bot.participants import ParticipantKind, Sector

BANK = NewParticipant(
    "second-bank",
    "Second Bank",
    ParticipantKind.PRIVATE_SECTOR,
    "GB",
    Sector.FINANCIAL_INSTITUTION,
    "Europe/London",
    "desk@second-bank.example",
    "Abuse desk",
)
