"""Owns how the doctor's findings are printed; what is looked at is ``examining``'s and the doors'."""

from collections.abc import Iterable

from handlers.examining import Finding

DONE, REFUSED = 0, 1
ALL_WELL = "All is well."
MEND = "Mend what is marked with !!, then run `lap doctor` again."


def report(findings: Iterable[Finding]) -> int:
    """Prints a line for each finding; returns the exit status: 1 where something is to be mended."""
    ill = False
    for finding in findings:
        mark = "!!" if not finding.well else "--" if finding.says else "ok"
        print(f"{mark} {finding.part}" + (f": {finding.says}" if finding.says else ""))
        ill = ill or not finding.well
    print(MEND if ill else ALL_WELL)
    return REFUSED if ill else DONE
