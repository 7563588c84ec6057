"""The audit chain: whatever is changed, taken out, cut off or written anew shows; what is erased does not break it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit import WHAT_NOW, Broken, Entry, Head, Verified, next_entry, read_head, show_head, verify

AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def chain(count: int, of: str = "c1") -> list[Entry]:
    """*count* entries of the contact *of*."""
    made: list[Entry] = []
    for n in range(count):
        made.append(
            next_entry(
                made[-1].head if made else Head(), at=AT + timedelta(minutes=n), actor=of, act="note",
                subject=f"L{n}", detail=f'{{"n": {n}}}', salt=f"salt-{n}",
            )
        )  # fmt: skip
    return made


def erased(entry: Entry) -> Entry:
    return replace(entry, detail="", salt="")


def verified(entries: list[Entry], head: Head | None = None, mailed: Head | None = None) -> Verified | str:
    """What is found, or what is said to be broken without the next step."""
    try:
        numbered = [(e.number, e) for e in entries]
        return verify(numbered, head or (entries[-1].head if entries else Head()), mailed)
    except Broken as broken:
        return broken.says.removesuffix(f" {WHAT_NOW}")


def test_a_chain_that_holds_has_a_head_and_says_what_was_erased() -> None:
    first, second, third = chain(3)
    assert verified([first, erased(second), third]) == Verified(Head(3, third.hash), 1)


def test_an_empty_chain_holds() -> None:
    assert verified([]) == Verified(Head(), 0)


def test_an_entry_that_was_taken_out_is_missing() -> None:
    first, _, third = chain(3)
    assert verified([first, third]) == "Entry 2 is missing: after entry 1 comes entry 3."


def test_a_cut_beginning_is_missing() -> None:
    assert verified(chain(3)[1:]) == "Entry 1 is missing: after entry 0 comes entry 2."


def test_a_cut_end_shows_at_the_head_beside_it() -> None:
    entries = chain(3)
    assert verified(entries[:2], entries[2].head) == (
        "The chain ends with entry 2, but its head is entry 3: its end was cut off."
    )


def test_a_cut_end_whose_head_was_set_back_shows_at_a_mailed_head() -> None:
    entries = chain(3)
    assert verified(entries[:2], mailed=entries[2].head) == (
        "The chain ends with entry 2, but the head that was mailed is entry 3: its end was cut off."
    )


def test_a_whole_that_was_written_anew_shows_at_a_mailed_head() -> None:
    assert verified(chain(3, of="c2"), mailed=chain(3)[1].head) == (
        "Entry 2 is not the one whose head was mailed: the chain was rewritten there or before."
    )


def test_a_mailed_head_that_is_in_the_chain_is_no_fault() -> None:
    entries = chain(3)
    assert verified(entries, mailed=entries[0].head) == Verified(entries[2].head, 0)


def test_an_end_that_is_not_the_heads_shows() -> None:
    entries = chain(2)
    assert verified(entries, Head(2, "f" * 64)) == (
        "The chain ends with entry 2, but its head says otherwise: one of the two was changed."
    )


def test_a_changed_detail_shows_and_a_half_erased_one_too() -> None:
    first, second = chain(2)
    said = "The detail of entry 2 was changed: the entry was made with another one."
    changes: list[dict[str, str]] = [{"detail": "{}"}, {"salt": "other"}, {"detail": ""}, {"salt": ""}]
    assert [verified([first, replace(second, **change)]) for change in changes] == [said] * 4


def test_an_unreadable_entry_is_told_in_words() -> None:
    first, second = chain(2)
    with pytest.raises(Broken, match="Entry 2 cannot be read: it holds what is never written there") as broken:
        verify([(1, first), (2, None)], second.head)
    assert broken.value.number == 2


entry_fields = st.sampled_from(["actor", "act", "subject", "commitment", "hash", "previous"])


@given(st.integers(1, 6), st.data())
def test_any_changed_field_shows_at_its_entry_or_at_the_next(count: int, data: st.DataObject) -> None:
    entries = chain(count)
    place = data.draw(st.integers(0, count - 1))
    field, value = data.draw(entry_fields), data.draw(st.text(max_size=70))
    changed = replace(entries[place], **{field: value})
    if changed == entries[place]:
        return
    entries[place] = changed
    with pytest.raises(Broken) as broken:
        verify([(e.number, e) for e in entries], chain(count)[-1].head)
    assert broken.value.number in (place + 1, place + 2)


@given(st.integers(1, 8), st.sets(st.integers(0, 7)))
def test_a_chain_holds_whatever_was_erased_in_it(count: int, places: set[int]) -> None:
    entries = [erased(e) if n in places else e for n, e in enumerate(chain(count))]
    assert verified(entries) == Verified(entries[-1].head, sum(e.erased for e in entries))


def test_a_time_is_the_same_in_every_zone() -> None:
    (entry,) = chain(1)
    assert verified([replace(entry, at=entry.at.astimezone())]) == Verified(entry.head, 0)


def test_a_head_is_read_as_it_is_shown() -> None:
    head = chain(2)[-1].head
    assert read_head(f" {show_head(head).upper()} ") == head


@pytest.mark.parametrize("text", ["", "7", ":", "7:abc", "x:" + "0" * 64, "-1:" + "0" * 64, "7:" + "g" * 64])
def test_what_is_no_head_is_not_read(text: str) -> None:
    assert read_head(text) is None
