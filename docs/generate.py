"""Makes the pages that would lie if written by hand: tools.md, cli.md and features.md.

python docs/generate.py           writes them
python docs/generate.py --check   exits with 1 when one is stale, or a row of features.toml names what does not exist
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
ROOT = DOCS.parent
NOTE = "<!-- made by docs/generate.py: change the code or features.toml, then run it -->\n\n"
WIDTH = 100  # characters of help texts


@lru_cache(maxsize=1)
def builtins() -> dict[str, Any]:
    """The built-in tools by name."""
    from intermodal import Registry

    return {tool.name: tool for tool in Registry(entry_points=False).tools()}


# --- tools.md


def tools_page() -> str:
    """All tools by medium: signature, summary, example, backends with licences."""
    from intermodal.tools.contract import MEDIA

    parts = [
        f"{NOTE}# The tools\n\n{len(builtins())} tools. `intermodal tools` lists what runs here now; "
        "`intermodal tools NAME` shows one whole.\n"
        "A backend of an extra needs `pip install 'intermodal[EXTRA]'`; weights are fetched at the first use.\n"
    ]
    for medium in MEDIA:
        found = [tool for tool in builtins().values() if tool.medium == medium]
        if found:
            parts.append(f"\n## {medium}\n")
            parts += [_tool(tool) for tool in sorted(found, key=lambda tool: tool.name)]
    return "".join(parts)


def _tool(tool: Any) -> str:
    signature = tool.signature
    backends = "; ".join(map(_backend, tool.candidates()))
    return (
        f"\n### {tool.name}\n\n{signature.summary}\n\n"
        f"```python\n{signature}\n```\n\nExample: `{signature.example}`\n\nRuns by {backends}.\n"
    )


def _backend(backend: Any) -> str:
    notes = [backend.licence]
    notes += ["the language model"] if backend.controller else []
    notes += [f"extra `{backend.extra}`"] if backend.extra else []
    notes += [f"weights {', '.join(backend.weights)}"] if backend.weights else []
    notes += [f"key `{backend.key}`"] if backend.key else []
    notes += [f"sends data to {backend.sends_to}"] if backend.sends_to else []
    notes += ["results vary"] if not backend.deterministic else []
    name = "its own code" if backend.name == "function" else f"`{backend.name}`"
    return f"{name} ({', '.join(notes)})"


# --- cli.md


def cli_page() -> str:
    """The help of every command."""
    import typer.main

    from intermodal.agent.cli import app

    command = typer.main.get_command(app)
    texts = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(command, "intermodal", None)]
    return f"{NOTE}# The command line\n\nWhat `--help` prints.\n\n" + "\n".join(texts)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(
        command,
        info_name=name,
        parent=parent,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    yield context.command_path, re.sub(r" +$", "", command.get_help(context), flags=re.M).strip()
    for inner in getattr(command, "commands", {}):
        yield from _helps(command.commands[inner], inner, context)


# --- features.md


def features_page() -> str:
    """What the six systems do, and what does it here."""
    parts = [
        f"{NOTE}# Features\n\nWhat six LLM-as-controller systems do, and what does it here. H HuggingGPT, "
        "T Visual ChatGPT, M MM-REACT, V ViperGPT, A AudioGPT, L LLaVA-Plus; (x) partly. "
        "E runs on the embedded default, R is a real model by hub or local weights, K a remote API with a key.\n"
    ]
    for section in _sections():
        parts.append(f"\n## {section['title']}\n\n| feature | where | aim | here | backends | tests |\n")
        parts.append("| --- | --- | --- | --- | --- | --- |\n")
        parts += [f"| {' | '.join(_cells(row))} |\n" for row in section["rows"]]
    return "".join(parts)


def _sections() -> list[dict[str, Any]]:
    from intermodal.tools.places import read_toml

    sections: list[dict[str, Any]] = read_toml(DOCS / "features.toml")["section"]
    return sections


def _cells(row: dict[str, str]) -> list[str]:
    names, files = row.get("tools", "").split(), row.get("by", "").split()
    here = [f"[{name}](tools.md#{name})" for name in names] + [f"`{file}`" for file in files]
    why = row.get("why", "")
    absent = not here
    shown = (
        f"not yet: {why}"
        if absent and row["mark"] != "-"
        else f"absent: {why.removeprefix('absent: ')}"
        if absent
        else why
    )
    text = ", ".join(here) + (f" ({shown})" if here and shown else shown)
    backends = dict.fromkeys(backend.name for name in names for backend in builtins()[name].candidates())
    named = ", ".join(name for name in backends if name != "function")
    return [row["what"], row.get("who", ""), row["mark"], text, named, ", ".join(f"`{test}`" for test in _tests(row))]


def _tests(row: dict[str, str]) -> list[str]:
    """The test files that name its tools, and those that the row names itself."""
    found = [test for name in row.get("tools", "").split() for test in tests_of(name)]
    return list(dict.fromkeys([*found, *row.get("tests", "").split()]))


@cache
def tests_of(tool: str) -> tuple[str, ...]:
    """The test files that name a tool: those of its medium, else others (test_examples.py runs every one besides)."""
    near = sorted((ROOT / "tests" / "tools" / builtins()[tool].medium).glob("test_*.py"))
    far = [
        *sorted((ROOT / "tests" / "tools").rglob("test_*.py")),
        *sorted((ROOT / "tests" / "stories").glob("test_*.py")),
    ]
    named = [[file for file in files if re.search(rf"\b{tool}\b", file.read_text("utf-8"))] for files in (near, far)]
    return tuple(file.relative_to(ROOT).as_posix() for file in (named[0] or named[1])[:2])


def problems() -> Iterator[str]:
    """What features.toml says that is not so."""
    for section in _sections():
        for row in section["rows"]:
            names, files = row.get("tools", "").split(), [*row.get("by", "").split(), *row.get("tests", "").split()]
            yield from (f"{row['what']}: there is no tool {name!r}" for name in names if name not in builtins())
            yield from (f"{row['what']}: there is no file {file!r}" for file in files if not (ROOT / file).exists())
            if not (names or row.get("by") or row.get("why")):
                yield f"{row['what']}: neither a tool, nor a file, nor a reason"
            if (names or row.get("by")) and all(name in builtins() for name in names) and not _tests(row):
                yield f"{row['what']}: no test names it"
    listed = {name for section in _sections() for row in section["rows"] for name in row.get("tools", "").split()}
    yield from (f"the tool {name!r} is in no row" for name in sorted(builtins().keys() - listed))


PAGES = {"tools.md": tools_page, "cli.md": cli_page, "features.md": features_page}


def stale() -> list[str]:
    """The pages that are not as they would be made now."""
    return [name for name, page in PAGES.items() if not _same(DOCS / name, page())]


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def main() -> int:
    """Write the pages, or check them."""
    wrong = list(problems())
    if "--check" in sys.argv[1:] and not wrong:
        wrong += [f"docs/{name} is stale: run `python docs/generate.py`" for name in stale()]
    elif not wrong:
        for name, page in PAGES.items():
            (DOCS / name).write_text(page(), "utf-8")
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
