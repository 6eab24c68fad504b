"""Plans that a person gives: read from a file, checked, and their inputs read from options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tools.contract import Signature
from ..tools.errors import InputError, IntermodalError, PlanError, did_you_mean
from ..tools.kinds import Kind, fits
from ..tools.sniff import sniff
from ..tools.values import File
from .plan import Checked, PlanInput, check, convert_option, parse

if TYPE_CHECKING:
    from .artifacts import Artifact

LARGEST = 1_000_000  # bytes of a plan's file
Attach = Callable[[str | Path], "Artifact"]


def read_plan(path: Path) -> str:
    """The text of a plan's file.

    Raises:
        InputError: It can't be read, or is far too large.
        PlanError: It is not text.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{str(path)!r} has {path.stat().st_size:,} bytes; a plan has at most {LARGEST:,}.")
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PlanError(f"{str(path)!r} is not a plan: it is not text in UTF-8.") from error
    except OSError as error:
        raise InputError(f"The plan {str(path)!r} can't be read: {error.strerror}.") from error


def check_given(source: str, tools: Mapping[str, Signature]) -> Checked:
    """A plan that has passed the checks; where a file is wanted, those that it names and that are there are looked at.

    Raises:
        PlanError: It has not; `problems` has what is wrong.
    """
    return check(parse(source), tools, files=None, names={}, look=kind_of).require()


def kind_of(name: str) -> Kind | None:
    """The kind of the file of that name; None when there is none, or none that tools take."""
    try:
        return sniff(Path(name)).kind if Path(name).is_file() else None
    except (IntermodalError, OSError, ValueError):
        return None


def read_inputs(checked: Checked, given: Mapping[str, Any], attach: Attach) -> dict[str, Any]:
    """The values of a plan's inputs: texts converted to what each input asks for, files attached.

    Raises:
        InputError: One is missing, unknown, or of the wrong kind; or a file can't be used.
    """
    wanted = {item.name: item for item in checked.inputs}
    for name in given:
        if name not in wanted:
            usage = f" It takes: {', '.join(map(_usage, checked.inputs))}." if wanted else " It takes none."
            raise InputError(f"The plan has no input {name!r}.{did_you_mean(name, wanted) or usage}")
    missing = [_usage(item) for item in checked.inputs if item.required and item.name not in given]
    if missing:
        raise InputError(f"The plan needs {' and '.join(missing)}.")
    return {name: _value(wanted[name], value, attach) for name, value in given.items()}


def _usage(item: PlanInput) -> str:
    return f"--{item.name} {'FILE' if item.kind.is_file else str(item.kind).upper()}"


def _value(item: PlanInput, value: Any, attach: Attach) -> Any:
    if item.kind.is_file and isinstance(value, (str, Path)):
        return attached(value, item.kind, attach, f"--{item.name}")
    if not isinstance(value, str):
        return value
    try:
        return convert_option(value, item.kind)
    except InputError as error:
        raise InputError(f"--{item.name}: {error}") from error


def attached(path: str | Path, kind: Kind, attach: Attach, what: str = "") -> File:
    """A file that the person's own plan or options name, attached and of the wanted kind.

    Raises:
        InputError: It can't be used, or is of another kind.
    """
    artifact = attach(path)
    if not fits(artifact.kind, kind):
        raise InputError(f"{what or 'The plan'} wants {kind}, and {str(path)!r} is {artifact.kind}.")
    return artifact.file
