"""intermodal: a text-only language model plans; tools look, read, listen, speak and draw.

The public face. Names load on first use, so `import intermodal` imports no third-party package.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agent.session import Agent as Agent
    from .agent.session import Answer as Answer
    from .tools.context import Context as Context
    from .tools.contract import Tool as Tool
    from .tools.contract import tool as tool
    from .tools.errors import InputError as InputError
    from .tools.errors import IntermodalError as IntermodalError
    from .tools.errors import NeedsInput as NeedsInput
    from .tools.errors import ToolError as ToolError
    from .tools.errors import TryAgain as TryAgain
    from .tools.registry import Registry as Registry
    from .tools.values import Audio as Audio
    from .tools.values import Document as Document
    from .tools.values import Image as Image
    from .tools.values import Video as Video

__version__ = "0.1.0"

_HOMES = {
    "Agent": "agent.session",
    "Answer": "agent.session",
    "Audio": "tools.values",
    "Context": "tools.context",
    "Document": "tools.values",
    "Image": "tools.values",
    "InputError": "tools.errors",
    "IntermodalError": "tools.errors",
    "NeedsInput": "tools.errors",
    "Registry": "tools.registry",
    "Tool": "tools.contract",
    "ToolError": "tools.errors",
    "TryAgain": "tools.errors",
    "Video": "tools.values",
    "tool": "tools.contract",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
