"""Owns the fonts of PDF files, and which signs they draw; they come with two packages, none is the system's.

FiraGO draws Latin, Greek, Cyrillic, Arabic, Hebrew, Thai, Devanagari and Georgian, Noto Sans CJK Han, Kana and Hangul
(Han signs in their Japanese form), Noto's two fonts of symbols signs and some emoji.
"""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module, resources
from pathlib import Path

from fontTools.ttLib import TTFont
from typst import Fonts

FAMILIES = ("FiraGO", "Noto Sans", "Noto Sans CJK JP", "Noto Sans Symbols", "Noto Sans Symbols2")
"""In this order: the first that draws a sign is taken."""

_PACKED = ("FiraGO_Regular", "FiraGO_Bold", "NotoSans_Regular", "NotoSansSymbols_Regular", "NotoSansSymbols2_Regular")
_CJK = ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf")


class Typecase:
    """The fonts as files, for as long as the process lives, and which signs each draws, asked when it is needed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lap-fonts-")
        place = Path(self._folder.name)
        for name in _PACKED:
            (place / f"{name}.ttf").write_bytes(import_module(f"pymupdf_fonts.{name}").fontbuffer)
        cjk = Path(str(resources.files(_CJK[0]).joinpath(_CJK[1])))
        self._files = (*(place / f"{n}.ttf" for n in _PACKED if n != "FiraGO_Bold"), cjk)
        self.fonts = Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(place), str(cjk.parent)]
        )
        self._drawn: dict[str, bool] = {}

    def draws(self, sign: str) -> bool:
        """Whether one of the fonts has that sign."""
        if sign not in self._drawn:
            self._drawn[sign] = sign == "\n" or any(ord(sign) in drawn() for drawn in _asked(self._files))
        return self._drawn[sign]


def _asked(files: tuple[Path, ...]) -> Iterator[Callable[[], frozenset[int]]]:
    return (lambda file=file: _signs(file) for file in files)  # type: ignore[misc]


@cache
def _signs(file: Path) -> frozenset[int]:
    """The code points that a font draws."""
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def typecase() -> Typecase:
    """The one of this process."""
    return Typecase()
