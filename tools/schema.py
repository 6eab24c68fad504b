"""A tool's signature as JSON schema, for whoever speaks that: providers' structured output, MCP, `tools --json`."""

from __future__ import annotations

from typing import Any

from .contract import Signature
from .kinds import Kind

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "None": "null"}


def of_kind(kind: Kind) -> dict[str, Any]:
    """A kind as JSON schema; files are strings (a handle or a path)."""
    if kind.choices:
        schema: dict[str, Any] = {"enum": list(kind.choices)}
    elif kind.item is not None:
        schema = {"type": "array", "items": of_kind(kind.item)}
    elif kind.is_file:
        schema = {
            "type": "string",
            "format": kind.name.lower(),
            "description": f"Handle or path of a file ({kind.name}).",
        }
    elif kind.is_record:
        schema = {"type": "object", "properties": {name: of_kind(field) for name, field in kind.fields}}
    else:
        schema = {"type": _TYPES[kind.name]} if kind.name in _TYPES else {}
    return {"anyOf": [schema, {"type": "null"}]} if kind.optional else schema


def of_signature(signature: Signature) -> dict[str, Any]:
    """The schema of a call's arguments, as an object."""
    properties = {}
    for parameter in signature.parameters:
        properties[parameter.name] = of_kind(parameter.kind) | (
            {"description": parameter.help} if parameter.help else {}
        )
        if not parameter.required:
            properties[parameter.name]["default"] = parameter.default
    return {
        "type": "object",
        "properties": properties,
        "required": [parameter.name for parameter in signature.parameters if parameter.required],
        "additionalProperties": False,
    }
