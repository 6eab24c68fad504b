"""`intermodal` alone: an interactive session. Files are attached by naming them; earlier files and results live on."""

from __future__ import annotations

import contextlib
import json
import mimetypes
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...tools.errors import Cancelled, InputError, IntermodalError, did_you_mean
from . import options

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from ..artifacts import Artifact
    from ..session import Agent
    from .terminal import Terminal

HELP = """\
Say what you want. Name files by their paths: what is in ~/photos/cat.jpg?
Earlier files and results can be spoken of: now make it smaller; read that aloud.

  /files            the files of this session, with their handles
  /tools [NAME]     what can be done
  /plan [FILE]      the last plan; with FILE, save it there (run it again with `intermodal run FILE`)
  /open HANDLE      open a file
  /mode [NAME]      how requests are served: plan, react (one call at a time) or auto (another plan when one fails)
  /help             this
  /quit             leave (so does Ctrl-D)

Ctrl-C stops the request that runs; the session goes on."""
_FILE_LIKE = re.compile(  # behind "as" and the like stands what is to be made; an address is no file
    r"""(?P<target>\b(?:as|to|into|named|called)\s+['"]?)?(?<![\w./:@~-])(?P<name>[\w./~-]*\w\.[a-zA-Z]\w{1,4})(?![\w/])"""
)
_MEDIA = re.compile(r"(?:image|audio|video)/|application/(?:pdf|vnd\.openxml)|text/(?:plain|csv|markdown|html)")
_WORD = re.compile(r"""(?<!\S)'([^']+)'|(?<!\S)"([^"]+)"|((?:\\.|\S)+)""")


def chat(
    output: options.Output = "",
    model: options.Model = "",
    backend: options.Backends = options.NONE,
    tools: options.Tools = options.NO_PATHS,
    mode: options.Mode = "",
    debug: options.Debug = False,
) -> None:
    """Talk with the agent: requests, files, follow-ups."""
    from .terminal import Terminal

    settings = options.configure(output=output, model=model, backends=backend, tools=tools, mode=mode)
    with Terminal() as terminal, options.open_agent(settings, terminal.show) as agent:
        typer.echo(
            "intermodal. Say what you want; name files by their paths. /help tells more, /quit leaves.", err=True
        )
        Chat(agent, terminal, debug).loop()


class Chat:
    """One session at the terminal."""

    def __init__(self, agent: Agent, terminal: Terminal, debug: bool = False) -> None:
        self.agent = agent
        self.terminal = terminal
        self.debug = debug
        self.last_plan = ""
        self._commands: dict[str, Callable[[str], None]] = {
            "/files": self._files,
            "/tools": self._tools,
            "/plan": self._plan,
            "/open": self._open,
            "/mode": self._mode,
            "/help": lambda _: typer.echo(HELP, err=True),
            "/quit": self._quit,
            "/exit": self._quit,
        }

    def loop(self) -> None:
        """Read and answer lines until the person leaves."""
        ask = _reader(list(self._commands))
        while True:
            try:
                line = ask().strip()
                if line:
                    self.answer(line)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return

    def answer(self, line: str) -> None:
        """Do what one line says; errors are told, and end nothing."""
        try:
            word, _, rest = line.partition(" ")
            if word in self._commands:
                self._commands[word](rest.strip())
            elif word.startswith("/") and not Path(word).expanduser().exists() and word.count("/") == 1:
                known = did_you_mean(word, self._commands)
                typer.echo(f"There is no command {word!r} and no such file.{known}", err=True)
            else:
                self._request(line)
        except (KeyboardInterrupt, Cancelled):
            self.terminal.done()
            typer.echo("Stopped. What was done is kept: /files lists it.", err=True)
        except IntermodalError as error:
            self.terminal.done()
            if self.debug:
                raise
            typer.echo(str(error), err=True)

    def _request(self, line: str) -> None:
        from .interruptible import interruptible

        paths, only_paths = named_files(line)
        for path in paths:
            self.agent.attach(path)
        if only_paths:
            return
        for name in absent_files(line, [artifact.name for artifact in self.agent.artifacts]):
            typer.echo(f"There is no file {name!r} here; going on without it.", err=True)
        answer = interruptible(self.agent, lambda: self.agent.ask(line))
        self.last_plan = answer.plan or self.last_plan
        self.terminal.done()
        typer.echo(answer.text)

    def _files(self, _: str) -> None:
        for artifact in self.agent.artifacts:
            typer.echo(f"{artifact.handle}: {artifact.path} ({artifact.describe()})", err=True)
        if not self.agent.artifacts:
            typer.echo("No files yet. Name one by its path.", err=True)

    def _tools(self, name: str) -> None:
        from .tools import tools

        tools(name)

    def _plan(self, file: str) -> None:
        if not self.last_plan:
            typer.echo("No plan yet.", err=True)
        elif file:
            path = Path(file).expanduser()
            try:
                with path.open("x", encoding="utf-8") as out:
                    out.write(with_paths(self.last_plan, self.agent.artifacts))
            except OSError as error:
                raise InputError(f"The plan can't be written to {file!r}: {error.strerror}.") from error
            typer.echo(f"Saved. Run it with: intermodal run {shlex.quote(file)}", err=True)
        else:
            typer.echo(self.last_plan)

    def _open(self, handle: str) -> None:
        known = {artifact.handle: artifact.path for artifact in self.agent.artifacts}
        if handle not in known:
            raise InputError(f"There is no file {handle!r}.{did_you_mean(handle, known)}")
        typer.echo(str(known[handle]))
        _open_file(known[handle])

    def _mode(self, name: str) -> None:
        if name:
            self.agent.mode = name
        typer.echo(f"mode: {self.agent.mode}", err=True)

    def _quit(self, _: str) -> None:
        raise EOFError


def with_paths(plan: str, artifacts: Iterable[Artifact]) -> str:
    """A plan that names its files by their paths: the names of a session mean nothing outside of it."""
    for artifact in artifacts:
        path = artifact.path
        with contextlib.suppress(ValueError):
            path = path.relative_to(Path.cwd())
        for name in {artifact.handle, artifact.name} - {str(path)}:
            plan = plan.replace(json.dumps(name, ensure_ascii=False), json.dumps(str(path), ensure_ascii=False))
    return plan


def named_files(line: str) -> tuple[list[Path], bool]:
    """The existing files that a line names, and whether it names nothing else.

    A word counts as a file when it is the path of one; quotes and backslashes work as in a shell, and a full stop,
    comma, question or exclamation mark behind a path is not part of it.
    """
    found, others = [], 0
    for match in _WORD.finditer(line):
        word = match[1] or match[2] or match[3].replace("\\", "" if os.name != "nt" else "\\")
        choices = (word, word.rstrip(".,;:?!)"))
        path = next((Path(choice).expanduser() for choice in choices if choice and _is_file(choice)), None)
        if path is None:
            others += 1
        elif path not in found:
            found.append(path)
    return found, bool(found) and not others


def absent_files(line: str, known: Collection[str]) -> list[str]:
    """The words of a line that read like files, but are neither there, nor `known`, nor what something is to become."""
    return [
        match["name"]
        for match in _FILE_LIKE.finditer(line)
        if _MEDIA.match(mimetypes.guess_type(match["name"])[0] or "")
        and not match["target"]
        and not _is_file(match["name"])
        and Path(match["name"]).name not in known
    ]


def _is_file(word: str) -> bool:
    try:
        return Path(word).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def _reader(commands: list[str]) -> Callable[[], str]:
    """Reads a line: with editing, history and completion at a terminal, plainly from a pipe."""
    if not sys.stdin.isatty():
        return _plain_line
    session = _prompt(commands)
    return lambda: session.prompt("> ")


def _plain_line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _prompt(commands: list[str]) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.history import FileHistory

    from ...tools import places
    from .completion import Words

    home = places.home()
    home.mkdir(parents=True, exist_ok=True)
    return PromptSession(
        history=FileHistory(str(home / "history")),
        completer=Words(commands),
        complete_while_typing=False,
        auto_suggest=AutoSuggestFromHistory(),
    )


def _open_file(path: Path) -> None:
    opener = {"darwin": "open", "win32": "explorer"}.get(sys.platform, "xdg-open")
    try:
        subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        typer.echo(f"It can't be opened from here ({opener} is not there); the path above is where it is.", err=True)
