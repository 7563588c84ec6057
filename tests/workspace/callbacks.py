"""Owns how the workspace calls what was injected into it; what that does is the caller's."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

Callback = Callable[[], Any]


def run(callback: Callback | None) -> None:
    """Call *callback*, and wait for what it returns where that is awaitable. Not from within an event loop."""
    found = callback() if callback is not None else None
    if inspect.isawaitable(found):
        asyncio.run(_awaited(found))


async def _awaited(work: Any) -> Any:
    return await work
