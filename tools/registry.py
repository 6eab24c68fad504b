"""Where tools come from: the built-ins, entry points, files and folders, or Python objects handed in.

Names are known without importing anything; a source is imported when one of its tools is first asked for. A source
that is broken is reported in `broken` and left out. Two tools of one name are refused, with both owners named.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .contract import Tool
from .errors import InputError, IntermodalError, SignatureError, did_you_mean

GROUP = "intermodal.tools"


@dataclass(frozen=True)
class Source:
    """Where one tool is to be found: a module's dotted name or a file's path, and the attribute in it."""

    owner: str
    module: str
    attribute: str

    def load(self) -> Tool:
        """Import it.

        Raises:
            SignatureError: It can't be imported, or is not a tool.
        """
        try:
            module = (
                load_file(Path(self.module)) if self.module.endswith(".py") else importlib.import_module(self.module)
            )
            found = getattr(module, self.attribute)
        except IntermodalError:
            raise
        except Exception as error:  # a plug-in may fail in any way; it must not take the agent with it
            raise SignatureError(f"{self.owner}: {type(error).__name__}: {error}") from error
        if not isinstance(found, Tool):
            raise SignatureError(f"{self.owner}: {self.attribute!r} is not a tool; put `@tool` above it.")
        return found


class Registry:
    """The tools at hand, by name."""

    def __init__(self, builtins: bool = True, entry_points: bool = True) -> None:
        self._sources: dict[str, Source] = {}
        self._tools: dict[str, Tool] = {}
        self.broken: dict[str, str] = {}  # owner or name -> what is wrong with it
        if builtins:
            for module in builtin_modules():
                self._add_module(module, "intermodal")
        if entry_points:
            for point in importlib.metadata.entry_points(group=GROUP):
                module_name, _, attribute = point.value.partition(":")
                owner = point.dist.name if point.dist else point.value
                self._claim(Source(owner, module_name, attribute or point.name), point.name)

    def add(self, *tools: Tool) -> None:
        """Add tools that are at hand as objects.

        Raises:
            SignatureError: A name is taken; the message names both owners.
        """
        for tool in tools:
            self._check_free(tool.name, tool.owner or "your program")
            self._tools[tool.name] = tool

    def add_path(self, path: str | Path) -> None:
        """Add the tools of a Python file, or of every Python file in a folder. A broken file is noted in `broken`.

        Raises:
            InputError: There is no such file or folder.
            SignatureError: A name is taken; the message names both owners.
        """
        path = Path(path)
        if not path.exists():
            raise InputError(f"There is no file or folder {str(path)!r} to load tools from.")
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        for file in files:
            try:
                names = declared_tools(file.read_text(encoding="utf-8"))
            except (SyntaxError, ValueError, OSError) as error:
                self.broken[str(file)] = f"{type(error).__name__}: {error}"
                continue
            for name, attribute in names:
                self._claim(Source(str(file), str(file.resolve()), attribute), name)

    def names(self) -> list[str]:
        """Every tool's name, sorted; nothing is imported for it."""
        return sorted({*self._sources, *self._tools})

    def owner(self, name: str) -> str:
        """Who brought the tool of that name."""
        return self._sources[name].owner if name in self._sources else self._tools[name].owner

    def source(self, name: str) -> Source | None:
        """Where a worker process can import the tool from; None when it exists in this process only."""
        if name in self._sources:
            return self._sources[name]
        tool = self._tools[name]
        module, attribute = tool.function.__module__, tool.function.__qualname__
        found = sys.modules.get(module)
        importable = module != "__main__" and found is not None and _finds(module, found)
        return Source(tool.owner, module, attribute) if importable and getattr(found, attribute, None) is tool else None

    def get(self, name: str) -> Tool:
        """The tool of that name, imported when it is first asked for.

        Raises:
            InputError: There is none, with the nearest names; or it is broken, with what is wrong.
        """
        if name in self._tools:
            return self._tools[name]
        if name in self.broken:
            raise InputError(f"Tool {name!r} can't be used: {self.broken[name]}")
        if name not in self._sources:
            raise InputError(
                f"There is no tool {name!r}.{did_you_mean(name, self.names())} `intermodal tools` lists them all."
            )
        try:
            self._tools[name] = self._sources[name].load()
        except SignatureError as error:
            self.broken[name] = str(error)
            del self._sources[name]
            raise InputError(f"Tool {name!r} can't be used: {error}") from error
        return self._tools[name]

    def tools(self) -> list[Tool]:
        """Every tool that works, by name; broken ones are noted in `broken`."""
        found = []
        for name in self.names():
            try:
                found.append(self.get(name))
            except InputError:
                continue  # noted in `broken` by get()
        return found

    def subset(self, names: Iterable[str]) -> Registry:
        """A registry of these tools only.

        Raises:
            InputError: One of them is not known.
        """
        smaller = Registry(builtins=False, entry_points=False)
        smaller.add(*(self.get(name) for name in names))
        return smaller

    def _add_module(self, module: str, owner: str) -> None:
        file = _module_file(module)
        for name, attribute in declared_tools(file.read_text(encoding="utf-8")):
            self._claim(Source(owner, module, attribute), name)

    def _claim(self, source: Source, name: str) -> None:
        self._check_free(name, source.owner)
        self._sources[name] = source

    def _check_free(self, name: str, owner: str) -> None:
        if name in self._sources or name in self._tools:
            owners = f"one of {self.owner(name)!r}, one of {owner!r}"
            raise SignatureError(f"Two tools are named {name!r}: {owners}. Rename one, or leave one out.")


def builtin_modules() -> list[str]:
    """The dotted names of the modules that hold the built-in tools."""
    here, package = Path(__file__).parent, __package__
    folders = (folder for folder in sorted(here.iterdir()) if (folder / "__init__.py").exists())
    return [f"{package}.{f.name}.{file.stem}" for f in folders for file in sorted(f.glob("[a-z]*.py"))]


def declared_tools(source: str) -> list[tuple[str, str]]:
    """The (tool name, attribute) pairs that a module's text declares with `@tool`, without running it.

    Raises:
        SyntaxError: It is not Python.
    """
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            if (call.id if isinstance(call, ast.Name) else getattr(call, "attr", "")) == "tool":
                found.append((_named(decorator) or node.name, node.name))
    return found


def _named(decorator: ast.expr) -> str:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    values = (word.value for word in keywords if word.arg == "name")
    return next((str(value.value) for value in values if isinstance(value, ast.Constant)), "")


def load_file(path: Path) -> object:
    """Import a Python file under a name of its own, the same in every process."""
    name = f"intermodal_plugin_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SignatureError(f"{str(path)!r} can't be imported as Python.")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _finds(name: str, module: object) -> bool:
    """Whether importing `name` in another process would find the very file that `module` came from.

    `importlib.util.find_spec` would only look into this process's own modules.
    """
    path, spec = None, None
    for end in range(1, name.count(".") + 2):
        part = ".".join(name.split(".")[:end])
        finders = (getattr(finder, "find_spec", None) for finder in sys.meta_path)
        spec = next((found for find in finders if find and (found := find(part, path))), None)
        if spec is None:
            return False
        path = spec.submodule_search_locations
    return spec is not None and spec.origin is not None and spec.origin == getattr(module, "__file__", "")


def _module_file(module: str) -> Path:
    return Path(__file__).parent.joinpath(*module.split(".")[-2:]).with_suffix(".py")
