"""Windows, blocks and revisions of one person's copy (RFC 5546 2.1.4, 3.2.5)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.calls import Call, CallKind, CallState, Segment
from bot.invitations import (
    Differs,
    Invitation,
    Rsvp,
    Wanted,
    Window,
    blocks,
    changed_parts,
    chosen_windows,
    leaves_at,
    narrows,
    reconcile,
    unsent,
)
from bot.topics import AudienceKind

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
A, B, C = (Segment(f"s{n}", f"Part {n}", AudienceKind.JOINT, minutes) for n, minutes in ((1, 20), (2, 30), (3, 40)))
CALL = Call("call", "A call", CallKind.MEMBERS, CallState.ANNOUNCED, START, (A, B, C))


def window(start: int, minutes: int) -> Window:
    begin = START + timedelta(minutes=start)
    return Window(begin, begin + timedelta(minutes=minutes), ())


def wanted(*windows: Window, title: str = "Reports") -> Wanted:
    return Wanted("c", windows, title)


def settled(current: list[Invitation], want: Wanted, at: datetime = NOW) -> list[Invitation]:
    """The copies after one reconciliation, all of them sent."""
    changed = {i.uid: i for i in reconcile(current, want, "call", at, lambda block: f"uid-{block}")}
    merged = {i.uid: i for i in current} | changed
    return [
        replace(
            i,
            sent_revision=i.revision,
            sent_start=None if i.cancelled else i.start,
            sent_end=None if i.cancelled else i.end,
            sent_title="" if i.cancelled else i.title,
        )
        for i in merged.values()
    ]


def test_adjacent_segments_make_one_block_and_a_gap_makes_two() -> None:
    assert [w.segments for w in blocks(CALL, (A, B))] == [(A, B)]
    assert [w.segments for w in blocks(CALL, (A, C))] == [(A,), (C,)]


def test_the_block_with_ones_own_item_is_kept_before_the_longer() -> None:
    both = blocks(CALL, (A, C))
    assert [w.segments for w in chosen_windows(both, (), {A.id})] == [(A,)]
    assert [w.segments for w in chosen_windows(both, (), ())] == [(C,)]


def test_a_first_invitation_has_sequence_zero() -> None:
    (copy,) = settled([], wanted(window(0, 30)))
    assert (copy.uid, copy.sequence, copy.revision, copy.cancelled) == ("uid-0", 0, 1, False)


def test_a_shrunk_window_is_an_update_of_the_same_copy() -> None:
    before = settled([], wanted(window(0, 60)))
    (after,) = reconcile(before, wanted(window(0, 30)), "call", NOW, lambda _: "new")
    assert (after.uid, after.sequence, after.rsvp) == ("uid-0", 1, Rsvp.NEEDS_ACTION)
    assert narrows(before[0], after)


def test_a_new_title_keeps_the_sequence_and_the_answer() -> None:
    before = [replace(i, rsvp=Rsvp.ACCEPTED) for i in settled([], wanted(window(0, 60)))]
    (after,) = reconcile(before, wanted(window(0, 60), title="Trends"), "call", NOW, lambda _: "new")
    assert (after.sequence, after.revision, after.rsvp) == (0, 2, Rsvp.ACCEPTED)
    assert after.dtstamp > before[0].dtstamp


def test_the_second_block_stays_where_the_first_is_withdrawn() -> None:
    before = settled([], wanted(window(0, 20), window(50, 40)))
    (gone,) = reconcile(before, wanted(window(50, 40)), "call", NOW, lambda _: "new")
    assert (gone.uid, gone.cancelled) == ("uid-0", True)


def test_a_withdrawal_that_was_taken_back_before_it_left_tells_nothing() -> None:
    before = settled([], wanted(window(0, 30)))
    assert reconcile(before, wanted(window(0, 30)), "call", NOW, lambda _: "new") == []


def test_an_invitation_withdrawn_before_it_left_tells_nothing() -> None:
    new = reconcile([], wanted(window(0, 30)), "call", NOW, lambda block: f"uid-{block}")
    gone = reconcile(new, wanted(), "call", NOW, lambda block: f"uid-{block}")
    assert unsent(gone) == []


windows = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), max_size=3).map(
    lambda found: wanted(*(window(60 * i + start, 10 * length) for i, (start, length) in enumerate(found)))
)


@given(st.lists(windows, min_size=1, max_size=6))
def test_after_any_history_the_calendar_shows_what_is_wanted_and_every_number_only_rose(history: list[Wanted]) -> None:
    copies: list[Invitation] = []
    for step, want in enumerate(history):
        before = {i.uid: i for i in copies}
        copies = settled(copies, want, NOW + timedelta(minutes=step))
        shown = sorted((i.start, i.end) for i in copies if not i.cancelled)
        assert shown == sorted((w.start, w.end) for w in want.windows)
        for copy in copies:
            old = before.get(copy.uid)
            if old is None or old == copy:
                continue
            assert copy.revision > old.revision
            assert copy.dtstamp > old.dtstamp
            moved = (old.start, old.end, old.cancelled) != (copy.start, copy.end, copy.cancelled)
            assert (copy.sequence > old.sequence) == moved
    assert len({i.uid for i in copies}) == len(copies)


SENT = replace(settled([], wanted(window(0, 30)))[0], sent_link="link")


def test_a_new_copy_differs_from_nothing() -> None:
    assert changed_parts(replace(SENT, sent_start=None, sent_end=None), "link") is None


def test_what_differs_is_named_part_by_part() -> None:
    later = replace(SENT, start=SENT.start + timedelta(minutes=40), end=SENT.end + timedelta(minutes=40))
    shorter = replace(SENT, end=SENT.end - timedelta(minutes=10), title="News")
    assert [changed_parts(SENT, "link"), changed_parts(later, "link"), changed_parts(shorter, "other")] == [
        Differs.NOTHING,
        Differs.TIME,
        Differs.TIME | Differs.NARROWED | Differs.TITLE | Differs.LINK,
    ]


@given(st.integers(0, 3600), st.integers(-60, 600))
def test_a_change_waits_no_longer_than_it_may_and_not_at_all_near_to_its_start(seconds: int, minutes: int) -> None:
    close, ahead = timedelta(minutes=15), timedelta(minutes=minutes)
    at = leaves_at([NOW + ahead, NOW + timedelta(days=40)], NOW, seconds, close)
    assert at == (NOW if ahead <= close else NOW + timedelta(seconds=seconds))
