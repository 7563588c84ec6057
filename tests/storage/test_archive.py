"""The index of what can be found follows the texts on both databases, whoever changes them, and folds them alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from bot.archive import Kind, Reach, read_wanted, words_in
from bot.confidentiality import Tlp
from storage import archive, archive_index, guards
from storage.tables import AgendaItemRow, ArchiveRow, MinuteEntryRow, columns
from tests.cast import Cast
from tests.held import sent

ALL = Reach("nobody", "nobody", secretariat=True, agency=True, labels=frozenset(Tlp))
_L = columns(MinuteEntryRow)


@pytest.fixture(params=["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)])
def each_cast(request: pytest.FixtureRequest) -> Cast:
    """The cast on SQLite, then on PostgreSQL."""
    made: Cast = request.getfixturevalue(request.param)
    return made


def found(cast: Cast, words: str, most: int = 50) -> list[str]:
    with cast.desk.store.read() as tx:
        return [hit.reference for hit in archive.search(tx, ALL, read_wanted(words), most)]


def test_the_index_says_what_the_texts_say_now(each_cast: Cast) -> None:
    own, joint, closed = sent(each_cast)
    line = _L.reference == joint
    steps = [
        ("agreed", None),
        ("agreed", update(MinuteEntryRow).where(line).values(text="It was put off")),
        ("put off", None),
        ("put off", update(MinuteEntryRow).where(line).values(taken_back_at=each_cast.clock())),
        ("put off", update(MinuteEntryRow).where(line).values(taken_back_at=None)),
        ("put off", update(MinuteEntryRow).where(line).values(label=Tlp.RED)),
        ("put off", update(MinuteEntryRow).where(line).values(label=Tlp.RED, minuted=True)),
        ("put off", delete(MinuteEntryRow).where(line)),
    ]
    told = []
    for words, change in steps:
        if change is not None:
            with each_cast.desk.store.begin() as tx:
                tx.execute(change)
        told.append(found(each_cast, words))
    assert told == [[joint], [], [joint], [], [joint], [], [joint], []]
    assert found(each_cast, "phish") == [own, *found(each_cast, "phishing", 50)[1:]]
    assert closed in found(each_cast, "raid")


def test_hits_come_newest_first_and_no_more_than_are_asked_for(each_cast: Cast) -> None:
    own, joint, closed = sent(each_cast)
    assert found(each_cast, "the list") == [joint]
    assert [r for r in found(each_cast, "a") if r in (joint, closed)] == [closed, joint]
    assert found(each_cast, "a", 1) == [closed]
    assert own not in found(each_cast, "raid")


def test_what_was_there_before_the_index_is_indexed_once(each_cast: Cast) -> None:
    sent(each_cast)
    before = found(each_cast, "a")
    with each_cast.desk.store.begin() as tx:
        tx.execute(delete(ArchiveRow))
        assert archive.search(tx, ALL, read_wanted("a"), 9) == []
        guards.lay(tx)
        guards.lay(tx)
    assert found(each_cast, "a") == before


def test_what_was_erased_stays_in_no_page_of_the_index(cast: Cast) -> None:
    _, joint, _ = sent(cast)
    for words in ("Ask zebra about it", "Ask yonder about it"):
        with cast.desk.store.begin() as tx:
            tx.execute(update(MinuteEntryRow).where(_L.reference == joint).values(text=words))
    before = _pages(cast)
    with cast.desk.store.begin() as tx:
        archive_index.purge(tx)
    after = _pages(cast)
    assert [(word in before, word in after) for word in (b"zebra", b"yonder")] == [(True, False), (True, True)]


def _pages(cast: Cast) -> bytes:
    with cast.desk.store.read() as tx:
        return b"".join(tx.execute(text("SELECT block FROM archive_words_data")).scalars())


HOSTILE = (
    '"', "'", "* OR *", "NEAR(raid list, 2)", "words:raid", "raid*", "^raid", "raid NOT list", "a & !b", "a <-> b",
    "(((", "\\", "%_%", ":*", "raid; DROP TABLE archive", "{raid}", "raid +list", "--", "\x00raid", "x" * 3000,
    "電話", "رقم", "สแปม", "नंबर", "Ёлка", "ΑΘΗΝΑ", "Ångström", "한국어", "ひらがな", "עברית", "မြန်မာ", "😀 raid",
)  # fmt: skip


def test_hostile_queries_are_plain_words_and_find_their_own_text_alone(each_cast: Cast) -> None:
    own, joint, _ = sent(each_cast)
    for query in HOSTILE:
        written = query[:400].replace("\x00", "")  # as ``bot.text`` keeps it
        with each_cast.desk.store.begin() as tx:
            tx.execute(update(MinuteEntryRow).where(_L.reference == joint).values(text=f"So {written} there"))
        if not words_in(query):
            continue  # refused: see tests/bot/test_archive
        with each_cast.desk.store.read() as tx:
            hits = {h.reference for h in archive.search(tx, ALL, read_wanted(query[:400]), 50)}
        assert joint in hits, query
        assert own not in hits, query


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(given=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=80))
@pytest.mark.postgres
def test_postgresql_folds_as_python_does(postgres_cast: Cast, given: str) -> None:
    with postgres_cast.desk.store.read() as tx:
        folded = tx.execute(text("SELECT lap_words(:given)"), {"given": given}).scalar_one()
    assert " ".join(folded.split()) == words_in(given)


def test_an_item_is_found_by_its_present_title(each_cast: Cast) -> None:
    sent(each_cast)
    title = update(AgendaItemRow).values(title="Gateways in Ruritania")
    with each_cast.desk.store.begin() as tx:
        tx.execute(title)
    with each_cast.desk.store.read() as tx:
        hits = archive.search(tx, ALL, read_wanted("ruritania"), 9)
        assert [h.kind for h in hits] == [Kind.ITEM]
        assert archive.held(tx, hits).items[hits[0].reference].title == "Gateways in Ruritania"
