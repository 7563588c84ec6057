"""Owns how a document's blocks stand together: lines of a list in one list, what stands below a line with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.documents import Block, BlockKind


@dataclass
class Item:
    """One line of a list and what stands below it."""

    text: str
    below: list[str] = field(default_factory=list)


@dataclass
class Group:
    """A heading or paragraph, or a whole list (then ``items`` has its lines)."""

    kind: str
    text: str = ""
    items: list[Item] = field(default_factory=list)


def grouped(blocks: Sequence[Block]) -> Iterator[Group]:
    """*blocks* as groups, in their order."""
    listed: Group | None = None
    for block in blocks:
        if block.kind is BlockKind.ITEM or (block.kind is BlockKind.BELOW and listed is None):
            listed = listed or Group(BlockKind.ITEM)
            listed.items.append(Item(block.text))
        elif block.kind is BlockKind.BELOW and listed is not None:
            listed.items[-1].below.append(block.text)
        else:
            if listed is not None:
                yield listed
                listed = None
            yield Group(block.kind, block.text)
    if listed is not None:
        yield listed
