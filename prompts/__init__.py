"""Every word that is said to a language model: one Jinja template a file, rendered by `render`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the text goes to a language model, not to a browser
    )


def render(name: str, **values: Any) -> str:
    """The text of the template `name`.j2 with `values` filled in; an unknown or missing value is an error."""
    return _environment().get_template(f"{name}.j2").render(**values).strip()


def turns(name: str, **values: Any) -> list[tuple[str, str]]:
    """The (role, text) turns of a template in which lines such as `--- user` and `--- assistant` begin each turn."""
    parts = re.split(r"^--- (\w+)\n", render(name, **values), flags=re.M)
    return [(role, text.strip()) for role, text in zip(parts[1::2], parts[2::2], strict=True)]
