"""How a tool is declared: `@tool` on a function, and backends that run it.

The function's name, types and Google-style docstring are the whole declaration. Signature, JSON schema, help and the
line that the controller reads are all derived from it. A tool without backends runs its function; a tool with backends
uses the function as declaration only.
"""

from __future__ import annotations

import inspect
import keyword
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

from .context import Context
from .errors import SignatureError
from .kinds import Kind, from_annotation

MEDIA = ("image", "audio", "video", "document", "text", "other")
CONTEXT = "ctx"
RESERVED = ("new", "show", "test")  # the commands of `intermodal tools`


class _Required:
    """Marks a parameter without default."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a tool."""

    name: str
    kind: Kind
    default: Any = REQUIRED
    help: str = ""

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return isinstance(self.default, _Required)

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}" + ("" if self.required else f" = {self.default!r}")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a call of a tool looks like, and what it gives.

    Args:
        name: A Python identifier in lower case, as a person would say it.
        parameters: In order; `ctx` is left out.
        result: The kind of what it returns.
        summary: One line: what the controller reads.
        description: The rest of the docstring, for people.
        returns: What the docstring says of the result.
        example: One line of plan, from the docstring's "Example" section.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Kind
    summary: str
    description: str = ""
    returns: str = ""
    example: str = ""

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))}) -> {self.result}"

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Backend:
    """One way to run a tool, and what it needs, costs and allows.

    Args:
        name: Its name within the tool, as `--backend transcribe=whisper` says it.
        make: The class or function; for a class, `__init__` loads and `__call__` runs.
        packages: Modules that must be importable.
        extra: The extra of intermodal that installs them.
        weights: Sets of model weights, by their names in models.toml.
        catalogue: A file like models.toml, beside the plug-in's own, that declares further sets of weights.
        key: The environment variable that holds a service's key.
        gpu: Whether it is of use only with a GPU.
        controller: Whether it needs the language model.
        memory: About how many MB it takes while loaded.
        licence: Of its code and weights, as SPDX names.
        sends_to: The service that the data goes to; empty when it stays on this machine.
        deterministic: Whether the same input and seed give the same result.
        quality: Its declared quality, from 0 to 1, against the tool's other backends.
        time_limit: Seconds that one call may take.
        room: Backends of one room share a worker process; "" runs in the agent's own process.
    """

    name: str
    make: Callable[..., Any]
    packages: tuple[str, ...] = ()
    extra: str = ""
    weights: tuple[str, ...] = ()
    catalogue: str = ""
    key: str = ""
    gpu: bool = False
    controller: bool = False
    memory: int = 50
    licence: str = "Apache-2.0"
    sends_to: str = ""
    deterministic: bool = True
    quality: float = 0.5
    time_limit: float = 120.0
    room: str = "plain"

    @property
    def own_catalogue(self) -> Path | None:
        """The file that declares weights of its own, if it brings some."""
        return Path(inspect.getfile(self.make)).absolute().with_name(self.catalogue) if self.catalogue else None


@dataclass(frozen=True)
class Tool:
    """A declared tool. Calling it runs its function directly, as if it had not been decorated."""

    signature: Signature
    function: Callable[..., Any]
    medium: str = "other"
    owner: str = ""
    backends: dict[str, Backend] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that plans call it by."""
        return self.signature.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def backend(self, name: str, **needs: Any) -> Callable[[type], type]:
        """Declare a class as a backend of this tool; `needs` are the fields of `Backend`.

        Raises:
            SignatureError: The name is taken, or the class can't be called.
        """

        def declare(make: type) -> type:
            if name in self.backends:
                raise SignatureError(f"Tool {self.name!r} already has a backend {name!r}.")
            if not callable(getattr(make, "__call__", None)) or "__call__" not in dir(make):  # noqa: B004
                raise SignatureError(f"Backend {name!r} of {self.name!r} needs a `__call__` that runs the tool.")
            self.backends[name] = Backend(name=name, make=make, **({"room": make.__module__} | needs))
            return make

        return declare

    def candidates(self) -> tuple[Backend, ...]:
        """Every way to run it, in the order of declaration; the function itself when there are no others."""
        return tuple(self.backends.values()) or (self._own,)

    @property
    def deterministic(self) -> bool:
        """Whether the same input and seed give the same result, however it is run."""
        return all(backend.deterministic for backend in self.candidates())

    @property
    def _own(self) -> Backend:
        declared = getattr(self.function, "__intermodal_backend__", None)
        return declared or Backend(name=self.name, make=self.function)  # made without the decorator


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...
@overload
def tool(*, name: str = "", medium: str = "", **needs: Any) -> Callable[[Callable[..., Any]], Tool]: ...
def tool(
    function: Callable[..., Any] | None = None, /, *, name: str = "", medium: str = "", **needs: Any
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Make a function a tool.

    Args:
        function: A function with annotated parameters, an annotated result and a docstring.
        name: Its name in plans; the function's own when empty.
        medium: One of MEDIA; derived from its module or its first file when empty.
        needs: Fields of `Backend` for the function itself (`controller=True`, `time_limit=30`, ...).

    Raises:
        SignatureError: The declaration can't be understood; the message says what to change.
    """
    if function is None:
        return lambda wrapped: _declare(wrapped, name, medium, needs)
    return _declare(function, name, medium, needs)


def _declare(function: Callable[..., Any], name: str, medium: str, needs: Mapping[str, Any]) -> Tool:
    signature = read_signature(function, name)
    own = Backend(name="function", make=function, **needs)
    function.__intermodal_backend__ = own  # type: ignore[attr-defined]
    return Tool(signature, function, medium or _medium(function, signature), function.__module__)


def _medium(function: Callable[..., Any], signature: Signature) -> str:
    words = function.__module__.split(".")
    if words[-3:-1] and words[-3:][0] == "tools" and words[-2] in MEDIA:
        return words[-2]
    kinds = [signature.result, *(parameter.kind for parameter in signature.parameters)]
    return next((kind.name.lower() for kind in kinds if kind.is_file), "other")


def check_name(name: str) -> str:
    """The name, when a tool can have it.

    Raises:
        SignatureError: It can't.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower() or name.startswith("_"):
        raise SignatureError(f"A tool can't be named {name!r}: use lower-case letters, digits and underscores.")
    if name in RESERVED:
        raise SignatureError(f"A tool can't be named {name!r}: `intermodal tools {name}` is a command.")
    return name


def read_signature(function: Callable[..., Any], name: str = "") -> Signature:
    """Read a function's signature from its name, annotations and docstring.

    Raises:
        SignatureError: Something is missing or has no place in a signature; the message names it and the remedy.
    """
    import docstring_parser

    name = check_name(name or function.__name__)
    document = docstring_parser.parse(inspect.getdoc(function) or "", docstring_parser.DocstringStyle.GOOGLE)
    if not document.short_description:
        raise SignatureError(f"Tool {name!r} has no docstring; its first line tells the controller what it does.")
    helps = {parameter.arg_name: parameter.description or "" for parameter in document.params}
    hints = _hints(function, name)
    if "return" not in hints:
        raise SignatureError(f"Tool {name!r} doesn't say what it returns; add `-> Image` (or another kind).")
    return Signature(
        name=name,
        parameters=tuple(_parameters(function, name, hints, helps)),
        result=_kind(name, "the result", hints["return"]),
        summary=document.short_description,
        description=document.long_description or "",
        returns=(document.returns.description or "") if document.returns else "",
        example=_example(document),
    )


def _hints(function: Callable[..., Any], name: str) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError) as error:
        raise SignatureError(
            f"Tool {name!r}: its annotations can't be read ({error}). Import every type it names."
        ) from error


def _parameters(
    function: Callable[..., Any], name: str, hints: Mapping[str, Any], helps: Mapping[str, str]
) -> list[Parameter]:
    parameters = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise SignatureError(f"Tool {name!r} takes `*{parameter.name}`; name every parameter.")
        if parameter.name == CONTEXT:
            continue
        if parameter.name not in hints:
            raise SignatureError(
                f"Tool {name!r}: parameter {parameter.name!r} has no type; write `{parameter.name}: str`, say."
            )
        default = REQUIRED if parameter.default is parameter.empty else parameter.default
        kind = _kind(name, f"parameter {parameter.name!r}", hints[parameter.name])
        parameters.append(
            Parameter(name=parameter.name, kind=kind, default=default, help=helps.get(parameter.name, ""))
        )
    return parameters


def _kind(name: str, what: str, annotation: object) -> Kind:
    try:
        return from_annotation(annotation)
    except SignatureError as error:
        raise SignatureError(f"Tool {name!r}, {what}: {error}") from error


def _example(document: Any) -> str:
    lines = (example.description or example.snippet or "" for example in document.examples)
    return next((line.strip() for text in lines for line in text.splitlines() if line.strip()), "")


def wants_context(function: Callable[..., Any]) -> bool:
    """Whether a tool's function or backend takes `ctx`."""
    target = function if inspect.isfunction(function) or inspect.ismethod(function) else type(function).__call__
    return CONTEXT in inspect.signature(target).parameters


__all__ = [
    "CONTEXT",
    "MEDIA",
    "REQUIRED",
    "Backend",
    "Context",
    "Parameter",
    "Signature",
    "Tool",
    "check_name",
    "read_signature",
    "tool",
    "wants_context",
]
