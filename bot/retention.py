"""Owns how old a record may grow: the moment before which each kind has to go; which rows those are is storage's."""

from datetime import datetime

from dateutil.relativedelta import relativedelta


def cutoff(now: datetime, months: int) -> datetime:
    """*months* calendar months before *now* (UTC); from a day that the earlier month lacks, its last one."""
    return now - relativedelta(months=months)
