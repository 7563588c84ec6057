"""Owns writing migrations from the tables: ``make migration NAME=…``, ``NAME=initial`` until the first release."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from storage import migrate
from storage.store import Store

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"


def write(name: str) -> Path:
    """Writes what the tables have and the migrations lack as the next migration, or all of it anew as the first one.

    Raises SystemExit for a name that cannot stand in a file's name.
    """
    if not re.fullmatch(r"[a-z][a-z_]{2,40}", name):
        sys.exit("Name the migration in small letters: make migration NAME=add_papers")
    numbers = sorted(int(file.name[:4]) for file in VERSIONS.glob("[0-9]*.py"))
    if name == "initial":
        if numbers not in ([], [1]):
            sys.exit("There are migrations after the first: name this one by what it changes.")
        (VERSIONS / "0001_initial.py").unlink(missing_ok=True)
        numbers = []
    number = f"{max(numbers, default=0) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/empty.db")
        with store.begin() as tx:
            config = migrate.alembic_config(tx)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            if numbers:
                command.upgrade(config, "head")
            command.revision(config, name, autogenerate=True, rev_id=number)
        store.close()
    written = next(VERSIONS.glob(f"{number}_*.py"))
    lines = written.read_text(encoding="utf-8").splitlines(keepends=True)
    written.write_text("".join(line for line in lines if not line.strip().startswith("# ###")), encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    for tidying in (["check", "--fix"], ["format"]):
        subprocess.run([ruff, *tidying, "--quiet", written], check=True)
    return written


if __name__ == "__main__":
    print(write(sys.argv[1] if len(sys.argv) > 1 else ""))
