"""Owns row 12: rows 2, 3, 7, 8 and 9 on ten times the data, beside the same on the data as it is."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from tests.bench import approving_row, audience_row, data, feed_row, http_rows
from tests.bench.http_rows import Sides
from tests.bench.load import p50
from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (12,)
MOST, MOST_OF_AUDIENCE = 1.2, 12.0
PLAIN_IS = "as it is"


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    yield from _over_http(place, rounds)
    its, our = approving_row.on_both(place, rounds, data.TENFOLD)
    yield Line(12, "tenfold: approving a list of 200 people", "ms", our, its, PLAIN_IS, at_most=MOST)
    yield from feed_row.on_both(place, rounds)
    plain, tenfold = audience_row.known_on(place), audience_row.known_on(place, data.TENFOLD)
    times = [(audience_row.slowest(plain), audience_row.slowest(tenfold)) for _ in range(rounds + 1)][1:]
    yield Line(
        12, "tenfold: asking `audience` for all that a reader may see", "ms",
        [t for _, t in times], [p for p, _ in times], PLAIN_IS, at_most=MOST_OF_AUDIENCE,
    )  # fmt: skip


def _over_http(place: Place, rounds: int) -> Iterator[Line]:
    with ExitStack() as stack:
        slack = stack.enter_context(place.slack())
        plain = stack.enter_context(place.ours(place.database("plain"), slack))
        tenfold = stack.enter_context(place.ours(place.database("tenfold", data.TENFOLD), slack))
        sides = Sides(plain, tenfold, slack, rounds)
        for text, count, answer in (("call", 500, "Call of "), ("agenda", 500, "What came of operation")):
            timed = sides.ask(lambda text=text, count=count: http_rows.commands(text, count), 1, answer, answer)  # type: ignore[misc]
            yield timed.line(12, f"tenfold: `/lap {text}`, p50", p50, at_most=MOST, reference_is=PLAIN_IS)
        timed = sides.ask(lambda: http_rows.proposals(200), 1, http_rows.TAKEN, http_rows.TAKEN)
        yield timed.line(12, "tenfold: `/lap propose`, p50", p50, at_most=MOST, reference_is=PLAIN_IS)
