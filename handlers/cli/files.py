"""Owns how a command writes a file about people: for its owner's eyes alone, whole or not at all."""

import os
from pathlib import Path


def write_for_its_owner(path: Path, text: str) -> None:
    """Puts *text* where *path* leads, in the place of what stood there. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)  # of an earlier try, with whatever rights it had
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.replace(part, path)
