"""The command line: one module a command. This one only puts them together and turns errors into exit codes.

Answers go to standard output; plans, progress, costs and errors go to standard error.
"""

from __future__ import annotations

import os
import sys

import typer

from ...tools.errors import Cancelled, InputError, IntermodalError, PlanError
from . import ask, chat, check, demo, doctor, models, options, plan, plugins, run

# before numpy is imported: threads that spin make two busy processes many times slower than one
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
ANSWERED, FAILED, USAGE, NO_PLAN, INTERRUPTED = 0, 1, 2, 3, 130
EXIT_CODES = (
    "Exit codes: 0 answered, 1 a step failed and the answer says so, 2 wrong usage or input, "
    "3 no valid plan, 130 interrupted."
)

app = typer.Typer(
    name="intermodal",
    help="A text-only language model plans; tools look, read, listen, speak and draw. "
    "Without a command: an interactive session.",
    epilog=EXIT_CODES,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("ask", no_args_is_help=True)(ask.ask)
app.command("run", no_args_is_help=True, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    run.run
)
app.command("plan", no_args_is_help=True)(plan.plan)
app.command("check", no_args_is_help=True)(check.check)
app.add_typer(plugins.app, name="tools")
app.add_typer(models.app, name="models")
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.command("chat")(chat.chat)


def _print_version(wanted: bool) -> None:
    if wanted:
        from ... import __version__

        typer.echo(f"intermodal {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    _version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print it."),
    output: options.Output = "",
    model: options.Model = "",
    mode: options.Mode = "",
    debug: options.Debug = False,
) -> None:
    if context.invoked_subcommand is None:
        chat.chat(output=output, model=model, mode=mode, debug=debug)


def main() -> None:
    """The `intermodal` command. Exits with one of the codes above; shows a traceback only with --debug."""
    debug = "--debug" in sys.argv
    for name, value in THREADS.items():
        os.environ.setdefault(name, value)
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:  # what typer makes of Ctrl-C
            _stopped("Stopped.")
        sys.exit(code if isinstance(code, int) else ANSWERED)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except typer.TyperException as error:
        sys.exit(_usage(error))
    except (KeyboardInterrupt, typer.Abort):
        _stopped("Stopped.")
    except Cancelled as stopped:
        _stopped(str(stopped) or "Stopped.")
    except BrokenPipeError:
        _leave(ANSWERED)
    except IntermodalError as error:
        if debug:
            raise
        typer.echo(f"intermodal: {error}", err=True)
        sys.exit(exit_code(error))
    except Exception as error:
        if debug:
            raise
        typer.echo(f"intermodal: something unforeseen went wrong: {type(error).__name__}: {error}", err=True)
        typer.echo("Run it again with --debug for the traceback, and please report it.", err=True)
        sys.exit(FAILED)


def exit_code(error: IntermodalError) -> int:
    """The exit code that tells of an error."""
    if isinstance(error, PlanError):
        return NO_PLAN
    return USAGE if isinstance(error, InputError) else FAILED


def _usage(error: typer.TyperException) -> int:
    """Show what is wrong with the command line, with the usage of the command that it is about."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
    else:
        typer.echo(f"intermodal: {error}", err=True)
    return USAGE


def _stopped(message: str) -> None:
    """Say it, and leave."""
    typer.echo(message, err=True)
    _leave(INTERRUPTED)


def _leave(code: int) -> None:
    """Exit without waiting for threads that may be stuck in native code; what was made is already on disk."""
    sys.stderr.flush()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os._exit(code)
