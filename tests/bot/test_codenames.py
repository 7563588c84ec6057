"""Code names, and the doubt whether a title names somebody."""

import random

import pytest

from bot.codenames import code_name, looks_like_a_name
from bot.words import draw_reference


@pytest.mark.parametrize(
    ("title", "doubt"),
    [
        ("The affair of John Smith", "John Smith"),
        ("John Smith", "John Smith"),
        ("James Whitford sends parcel texts again", "James Whitford"),
        ("Update: Acme Media Ltd", "Media Ltd"),
        ("Robocalls by Acme, Inc.", "Acme, Inc."),
        ("What Dr Miller sold", "Dr Miller"),
        ("FTC v. Smith", "FTC v. Smith"),
        ("Mail from spam-king.example", "spam-king.example"),
        ("Ask joe@spammers.example about it", "joe@spammers.example"),
        ("Calls from +64 4 555 1234", "+64 4 555 1234"),
        ("Servers at 192.0.2.17", "192.0.2.17"),
    ],
)
def test_a_name_in_a_title_is_doubted(title, doubt):
    assert looks_like_a_name(title) == doubt


@pytest.mark.parametrize(
    "title",
    [
        "Robocall gateways",
        "Parcel SMS",
        "Early Warning from New Zealand",
        "SMS spam in South Korea, first half of 2027",
        "Phishing Kits And Their Sellers",
        "Robocall Gateways of the Gulf",
        "Cobalt Heron",
        "Update on Cobalt Heron",
        "Operation Kauri",
        "The end of Project Tidewater",
        "電話詐欺の新しい手口",
        "",
    ],
)
def test_what_titles_usually_say_is_not(title):
    assert looks_like_a_name(title) == ""


def test_a_code_name_is_never_doubted_and_always_the_same():
    draw = random.Random(7)
    for reference in [draw_reference(draw.randrange) for _ in range(500)]:
        assert looks_like_a_name(code_name(reference)) == ""
        assert code_name(reference) == code_name(reference)
