"""The log holds neither secrets nor addresses, in our own lines and in those of libraries, tracebacks included."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from handlers.logs import configure, hiding

SECRET = "xoxb-the-token-of-the-bot"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """The log as configured for a serving process; what was there before is put back."""
    root = logging.getLogger()
    before, level, config = root.handlers[:], root.level, structlog.get_config()
    made = io.StringIO()
    configure([SECRET], made)
    yield made
    root.handlers[:], root.level = before, level
    structlog.configure(**config)


def lines(out: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_level_and_time(out: io.StringIO) -> None:
    structlog.get_logger().info("listening", port=3000)
    assert [(line["event"], line["level"], line["port"], "timestamp" in line) for line in lines(out)] == [
        ("listening", "info", 3000, True)
    ]


def test_secrets_and_the_names_before_the_at_sign_are_struck_out(out: io.StringIO) -> None:
    structlog.get_logger().warning("a message waits", why=f"550 <maria.rossi@one.example> unknown; token {SECRET}")
    assert lines(out)[0]["why"] == "550 <…@one.example> unknown; token [secret]"


def test_a_traceback_shows_no_secret_and_no_values_of_variables(out: io.StringIO) -> None:
    title = "A title that nobody may read"
    try:
        raise ValueError(f"cannot use {SECRET}")
    except ValueError:
        structlog.get_logger().exception("went wrong", reference="ab12")
    assert (SECRET in out.getvalue(), title in out.getvalue()) == (False, False)
    assert lines(out)[0]["exception"].splitlines()[-1] == "ValueError: cannot use [secret]"


def test_what_libraries_log_takes_the_same_form(out: io.StringIO) -> None:
    logging.getLogger("apscheduler.scheduler").warning("run by %s with %s", "maria@one.example", SECRET)
    logging.getLogger("apscheduler.scheduler").info("not said")
    assert [(line["event"], line["logger"]) for line in lines(out)] == [
        ("run by …@one.example with [secret]", "apscheduler.scheduler")
    ]


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_secret_is_ever_left_wherever_it_stands(before: str, after: str) -> None:
    hidden = hiding([SECRET])(None, "info", {"event": before + SECRET + after})
    assert SECRET not in hidden["event"]
