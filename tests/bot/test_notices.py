"""Several notices become one without losing or doubling anything."""

from hypothesis import given
from hypothesis import strategies as st

from bot.confidentiality import Tlp
from bot.notices import Button, Notice, joined

words = st.text("abc", min_size=1, max_size=3)
notices = st.builds(
    Notice,
    subject=words,
    paragraphs=st.lists(words, max_size=2).map(tuple),
    items=st.lists(words, max_size=2).map(tuple),
    closing=st.lists(words, max_size=2).map(tuple),
    buttons=st.lists(st.builds(Button, words, words, words), max_size=2).map(tuple),
    label=st.none() | st.sampled_from(Tlp),
)


def test_each_notice_begins_with_its_own_subject_and_shared_closings_are_said_once() -> None:
    one = Notice("One", ("first",), closing=("Questions: us.",), label=Tlp.GREEN)
    two = Notice("Two", ("second",), closing=("Questions: us.",), label=Tlp.AMBER)
    assert joined([one, two], "2 reminders") == Notice(
        "2 reminders", ("One", "first", "Two", "second"), closing=("Questions: us.",), label=Tlp.AMBER
    )


@given(st.lists(notices, min_size=1))
def test_joining_keeps_every_word_in_order_and_the_strictest_label(several: list[Notice]) -> None:
    one = joined(several, "all")
    assert one.items == tuple(item for n in several for item in n.items)
    assert set(one.closing) == {line for n in several for line in n.closing}
    assert all(one.label and one.label.strictness >= n.label.strictness for n in several if n.label)
