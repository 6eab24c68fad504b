"""TaskBench's tools as plan-only tools of the ordinary registry (arXiv 2311.18760; a folder with tool_desc.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from intermodal.agent.planner import FileCard
from intermodal.tools.contract import Parameter, Signature, Tool
from intermodal.tools.errors import ToolError
from intermodal.tools.kinds import AUDIO, IMAGE, STR, VIDEO, Kind

_KINDS: dict[str, Kind] = {"text": STR, "url": STR, "image": IMAGE, "audio": AUDIO, "video": VIDEO}


def read_tools(folder: Path) -> dict[str, Tool]:
    """The tools of a folder's tool_desc.json: {TaskBench's name: tool}; calling one raises ToolError."""
    described = json.loads((folder / "tool_desc.json").read_text(encoding="utf-8"))["nodes"]
    return {one["id"]: _tool(one) for one in described}


def _tool(described: dict[str, Any]) -> Tool:
    signature = Signature(
        name=re.sub(r"[^a-z0-9]+", "_", described["id"].lower()).strip("_"),
        parameters=tuple(_parameters([kind.lower() for kind in described["input-type"]])),
        result=_KINDS.get((described["output-type"] or ["text"])[0].lower(), STR),
        summary=described["desc"],
    )
    return Tool(signature, _plan_only, owner="taskbench")


def _parameters(kinds: Sequence[str]) -> list[Parameter]:
    """Named by kind, the second of a kind with a 2 after it."""
    names = [f"{kind}{count}" if (count := kinds[: at + 1].count(kind)) > 1 else kind for at, kind in enumerate(kinds)]
    return [Parameter(name=name, kind=_KINDS.get(kind, STR)) for name, kind in zip(names, kinds, strict=True)]


def _plan_only(**_: object) -> None:
    raise ToolError("This tool of TaskBench exists only to be planned with.")


_ENDINGS: dict[str, Kind] = {
    **dict.fromkeys(["jpg", "png", "jpeg", "gif", "bmp", "tiff", "svg", "ico"], IMAGE),
    **dict.fromkeys(["mp3", "wav", "wma", "ogg", "aac", "flac", "aiff", "au"], AUDIO),
    **dict.fromkeys(["mp4", "avi", "mov", "flv", "wmv", "mkv", "webm", "m4v", "mpg", "mpeg"], VIDEO),
}
_NAMED = re.compile(r"(?<![\w/.:-])\w[\w.-]*\.(\w{2,4})(?![\w/])")


def extension_kind(text: str) -> Kind | None:
    """The kind of file that a text names, by an ending that it holds anywhere, as TaskBench judges it."""
    return next((kind for ending, kind in _ENDINGS.items() if f".{ending}" in text), None)


def named_files(request: str) -> list[FileCard]:
    """The files that a request names by a bare name, as if they were attached."""
    named = ((match[0], match[1].lower()) for match in _NAMED.finditer(request))
    found = {name: _ENDINGS[ending] for name, ending in named if ending in _ENDINGS}
    return [FileCard(handle=name, kind=kind) for name, kind in found.items()]
