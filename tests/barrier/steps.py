"""Owns the steps of a pair that are more than a line typed: a file attached on a page, a procedure file read anew, a
call that goes on, a mail that comes in, a link that is followed."""

import json
import re
from dataclasses import dataclass, replace

from bot.procedure import default_text, read_procedure
from tests.barrier.attached import pages_of
from tests.barrier.files import holding
from tests.barrier.mailed import comes_in
from tests.barrier.people import SECRETARY
from tests.barrier.twins import Step, Twin


@dataclass(frozen=True)
class Attach(Step):
    """A file called *name*, which says the words, attached on the page of the item that *line* refers to."""

    name: str = "figures.txt"

    @property
    def says(self) -> bool:
        return True

    def done_in(self, twin: Twin, words: str) -> str:
        """The paper's reference as an answer would name it; what is said where it is refused."""
        assert self.who is not None
        item, name = twin.filled(self.line, words), self.name.format(words=words)
        page = f"{pages_of(twin, self.who)[0]}/item/{item}"
        [form] = [sheet for sheet in twin.fetches(self.who, [page]) if sheet.action.endswith("/attach")]
        twin.sends(self.who, form.holding(name, holding(name, words)))
        answer = twin.told_to[self.who.person][-1][2].decode()
        listed = re.findall(r"• (`\w+`)", twin.says(self.who, f"paper {item}"))
        return answer if self.refused else listed[-1]


@dataclass(frozen=True)
class Standing(Step):
    """The bot is started anew with a procedure file in which *line* stands on the agenda of every new call of *kind*:
    nobody did anything that the record would have."""

    kind: str = "members"

    @property
    def acts(self) -> bool:
        return False

    def done_in(self, twin: Twin, words: str) -> str:
        nothing = f"{self.kind}_items = []"
        item = json.dumps(twin.filled(self.line, words), ensure_ascii=False)
        assert nothing in default_text()
        procedure = read_procedure(default_text().replace(nothing, f"{self.kind}_items = [{item}]"))
        bridges = twin.cast.desk.procedure.bridges
        twin.cast.desk = replace(twin.cast.desk, procedure=replace(procedure, bridges=bridges))
        return ""


@dataclass(frozen=True)
class GoOn(Step):
    """The call goes on by *line*, and past what this world alone has: one press for each item, so that the people of
    both worlds are spoken to by the same ones at the same time. Which part is on is theirs to see who hear it."""

    def done_in(self, twin: Twin, words: str) -> str:
        said = super().done_in(twin, words)
        while twin.item_on() in twin.own:
            said = super().done_in(twin, words)
        return said


@dataclass(frozen=True)
class Writes(Step):
    """A mail that comes in: *line* is what it says; the answer is what the secretariat is shown of mail then."""

    @property
    def acts(self) -> bool:
        return False

    def done_in(self, twin: Twin, words: str) -> str:
        assert self.who is not None
        comes_in(twin, self.who, "The call", twin.filled(self.line, words))
        return twin.says(SECRETARY, "mail")


@dataclass(frozen=True)
class Follows(Step):
    """Somebody follows their links to a call that is on, and is led in; *line* only says so."""

    @property
    def acts(self) -> bool:
        return False

    def done_in(self, twin: Twin, words: str) -> str:
        assert self.who is not None
        links = [link for link in sorted(twin.links[self.who.person.name]) if link.startswith("/join/")]
        twin.fetches(self.who, links)
        led = [data for _, _, data in twin.told_to[self.who.person][-2 * len(links) :] if b"meet.example" in data]
        assert led, f"{self} is led nowhere"
        return ""
