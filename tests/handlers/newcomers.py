"""Owns an organisation that is not in the example roster, for tests of joining and leaving."""

from bot.participants import ParticipantKind, Sector
from handlers.directory import NewParticipant

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
