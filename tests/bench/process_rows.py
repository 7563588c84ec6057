"""Owns rows 13 and 14: what the serving process holds in memory, and how long it takes to be ready."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (13, 14)
IDLE_SECONDS = 1.0
IMPORTS = "import slack_bolt, sqlmodel"


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    its_mb, our_mb, its_seconds, our_seconds = [], [], [], []
    with place.slack() as slack:
        for turn in range(rounds):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", IMPORTS], check=True, cwd=place.folder)
            its_seconds.append(time.perf_counter() - begun)
            with place.ours(place.database("ours"), slack) as ours:
                our_seconds.append(ours.seconds)
                time.sleep(IDLE_SECONDS)
                our_mb.append(ours.resident_mb)
            if 13 in wanted and turn < 3:
                with place.reference(place.database("reference"), slack) as reference:
                    time.sleep(IDLE_SECONDS)
                    its_mb.append(reference.resident_mb)
    if 13 in wanted:
        yield Line(13, "memory of `lap serve`, idle after its start", "MB", our_mb, its_mb, at_most=2, digits=0)
    if 14 in wanted:
        yield Line(14, "from start to ready, beside the imports alone", "s", our_seconds, its_seconds, at_most=2.5)
