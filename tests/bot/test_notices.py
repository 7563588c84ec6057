"""Several notices become one without losing or doubling anything."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bot.confidentiality import Tlp
from bot.notices import Button, Notice, closing_of_mail, joined, read_answer, to_answer

moments = st.datetimes(timezones=st.just(UTC))
words = st.text("abc", min_size=1, max_size=3)
notices = st.builds(
    Notice,
    subject=words,
    paragraphs=st.lists(words, max_size=2).map(tuple),
    items=st.lists(words, max_size=2).map(tuple),
    closing=st.lists(words, max_size=2).map(tuple),
    buttons=st.lists(st.builds(Button, words, words, words), max_size=2).map(tuple),
    label=st.none() | st.sampled_from(Tlp),
    by_answer=st.just("") | words,
)


def test_each_notice_is_a_section_with_its_own_facts_list_and_how_to_and_who_answers_is_said_once() -> None:
    one = Notice("One", ("first",), (("When", "now"),), ("item",), closing=("Do one.", "Questions: us."))
    two = Notice("Two", ("second",), closing=("Do two.", "Questions: us."))
    assert joined([one, two], "2 reminders") == Notice(
        "2 reminders",
        ("One", "first", "When: now", "• item", "Do one.", "Two", "second", "Do two."),
        closing=("Questions: us.",),
    )


@given(st.uuids(), moments, moments)
def test_a_button_to_answer_says_of_which_call_and_beside_which_times_it_stood_and_no_more(
    call: UUID, start: datetime, end: datetime
) -> None:
    values = {button.value for button in to_answer(str(call), start, end)}
    assert values == {f"{call} {start.isoformat()} {end.isoformat()}"}
    assert {read_answer(value) for value in values} == {(str(call), (start, end))}


def test_a_button_whose_times_cannot_be_read_is_one_to_the_call() -> None:
    assert [read_answer(value) for value in ("call", "call then now", "call 2027-02-16")] == [("call", None)] * 3


def test_a_mail_says_what_to_do_that_an_answer_does_it_too_and_last_who_answers_questions() -> None:
    one = Notice("One", (), closing=("Do one.", "Questions: us."), by_answer="Or answer.")
    assert closing_of_mail(one) == ("Do one.", "Or answer.", "Questions: us.")
    assert closing_of_mail(joined([one, one], "all")) == ("Or answer.", "Questions: us.")


def test_links_of_several_notices_say_whose_they_are() -> None:
    one, two = (Notice(name, (), links=(("Join", f"https://{name}.example"),)) for name in ("one", "two"))
    assert joined([one, two], "all").links == (
        ("one. Join", "https://one.example"),
        ("two. Join", "https://two.example"),
    )


@given(st.lists(notices, min_size=1))
def test_joining_keeps_every_word_in_order_and_the_strictest_label(several: list[Notice]) -> None:
    one = joined(several, "all")
    said = [*one.paragraphs, *one.closing]
    assert [w for w in said if w.startswith("• ")] == [f"• {item}" for n in several for item in n.items]
    assert {line for n in several for line in n.closing} <= set(said)
    assert all(n.by_answer in one.by_answer for n in several)
    assert all(one.label and one.label.strictness >= n.label.strictness for n in several if n.label)
