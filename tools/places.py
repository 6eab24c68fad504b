"""Where intermodal keeps things on this machine.

`INTERMODAL_HOME` names one folder for everything. Without it the platform's own folders are used: data, cache and
settings each where the system wants them. Nothing is created here; whoever writes makes the folder.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

from .errors import InputError

_APP = "intermodal"


def home() -> Path:
    """The data folder: weights, what was measured, saved prompts. Absolute; it may not exist yet."""
    return _own() or _platform("user_data_path")


def cache() -> Path:
    """The folder for what can be made again at any time."""
    own = _own()
    return own / "cache" if own else _platform("user_cache_path")


def config_file() -> Path:
    """The settings file, in TOML; it may not exist."""
    return (_own() or _platform("user_config_path")) / "config.toml"


def config() -> dict[str, Any]:
    """What the settings file says; empty when there is none.

    Raises:
        InputError: The file can't be read, or is not TOML.
    """
    path = config_file()
    try:
        return read_toml(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(f"The settings file {str(path)!r} can't be read: {error}. Mend it or remove it.") from error


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file's content.

    Raises:
        OSError: It can't be opened.
        ValueError: It is not TOML in UTF-8.
    """
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    found: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    return found


def _own() -> Path | None:
    named = os.environ.get("INTERMODAL_HOME", "").strip()
    return Path(named).expanduser().absolute() if named else None


def _platform(folder: str) -> Path:
    import platformdirs

    found: Path = getattr(platformdirs, folder)(_APP, appauthor=False)
    return found
