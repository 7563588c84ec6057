"""A feed is the same bytes for the same entries, and another library reads in it just what was put there."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.feed import Listed, Status, Task, feed
from bot.itip import Entry
from bot.text import clean_line

AT = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
TITLES = st.text(max_size=80)
ENTRIES = st.builds(
    lambda uid, sequence, hours, title, link, status: Listed(
        Entry(
            f"u{uid}@lap.example", sequence, AT, AT, AT + timedelta(hours=hours), AT + timedelta(hours=hours + 1),
            title, "About it", link,
        ),
        status,
    ),
    st.integers(0, 10**6), st.integers(0, 9), st.integers(0, 10**4), TITLES,
    st.sampled_from(["", "https://lap.example/join/x"]), st.sampled_from(Status),
)  # fmt: skip
TASKS = st.builds(
    lambda uid, days, title, done: Task(f"t{uid}@lap.example", AT, AT, date(2027, 1, 1) + timedelta(days), title, done),
    st.integers(0, 10**6), st.integers(0, 10**3), TITLES, st.sampled_from([None, AT]),
)  # fmt: skip
LISTS = st.tuples(
    st.lists(ENTRIES, max_size=6, unique_by=lambda e: e.entry.uid),
    st.lists(TASKS, max_size=4, unique_by=lambda t: t.uid),
)


@given(LISTS, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_come_changes_no_byte(lists: tuple[list[Listed], list[Task]], random) -> None:  # type: ignore[no-untyped-def]
    entries, tasks = lists
    shuffled = random.sample(entries, len(entries)), random.sample(tasks, len(tasks))
    assert feed("Calls", *shuffled) == feed("Calls", entries, tasks)


@given(LISTS)
def test_another_reader_finds_what_was_put_in(lists: tuple[list[Listed], list[Task]]) -> None:
    entries, tasks = lists
    read = Calendar.from_ical(feed("Calls", entries, tasks))
    assert {
        str(e["UID"]): (str(e["SUMMARY"]), e["STATUS"], e["SEQUENCE"], e.start, e.end) for e in read.walk("VEVENT")
    } == {
        e.entry.uid: (clean_line(e.entry.summary), e.status, e.entry.sequence, e.entry.start, e.entry.end)
        for e in entries
    }
    assert {str(t["UID"]): (str(t["SUMMARY"]), t["STATUS"], t["DUE"].dt) for t in read.walk("VTODO")} == {
        t.uid: (clean_line(t.summary), "COMPLETED" if t.completed else "NEEDS-ACTION", t.due) for t in tasks
    }


def test_only_a_confirmed_entry_takes_its_time() -> None:
    entry = Entry("u@lap.example", 0, AT, AT, AT, AT + timedelta(hours=1), "Part", "", "")
    busy = [b"TRANSP:OPAQUE" in feed("Calls", [Listed(entry, status)], []) for status in Status]
    assert dict(zip(Status, busy, strict=True)) == {
        Status.CONFIRMED: True, Status.TENTATIVE: False, Status.CANCELLED: False
    }  # fmt: skip
