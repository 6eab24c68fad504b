"""A plug-in to begin with: one file with a working tool, and its test."""

from __future__ import annotations

from pathlib import Path
from string import Template

from .contract import check_name
from .errors import InputError

_TOOL = Template('''\
"""A tool for intermodal. Try it: intermodal run plan.py --tools $name.py; check it: intermodal tools test $name.py"""

from intermodal import Image, InputError, tool


@tool
def $name(image: Image, strength: float = 0.5) -> Image:
    """Take the colours out of a picture, partly or wholly.

    Args:
        image: The picture.
        strength: How much of the colours goes, from 0 to 1.

    Example:
        paler = $name("photo.png", strength=0.8)
    """
    import PIL.Image  # what is heavy is imported here, so that listing tools stays quick

    if not 0 <= strength <= 1:
        raise InputError(f"strength is {strength}, and must be from 0 to 1.")
    picture = image.pil().convert("RGB")
    return PIL.Image.blend(picture, picture.convert("L").convert("RGB"), strength)
''')

_TEST = Template('''\
"""Tests of $name."""

from pathlib import Path

import PIL.Image

from intermodal import Agent
from intermodal.testing import check_tool

PLUGIN = Path(__file__).with_name("$name.py")


def test_it_keeps_to_the_contract() -> None:
    check_tool(PLUGIN).require()


def test_it_takes_the_colours_out(tmp_path: Path) -> None:
    PIL.Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    plan = "photo: Image\\ngrey = $name(photo, strength=1)"
    with Agent("none", tools=[PLUGIN], output=tmp_path) as agent:
        answer = agent.run(plan, {"photo": tmp_path / "red.png"})
    assert answer.ok, answer.error
    assert answer.values["grey"].array()[0, 0].tolist() == [76, 76, 76]
''')


def write_plugin(name: str, folder: Path) -> tuple[Path, Path]:
    """Write `folder`/NAME.py with a working tool and `folder`/test_NAME.py.

    Returns:
        The two files.

    Raises:
        SignatureError: A tool can't have that name.
        InputError: One of the files is there already, or the folder can't be written to.
    """
    check_name(name)
    files = (folder / f"{name}.py", folder / f"test_{name}.py")
    for path in files:
        if path.exists():
            raise InputError(f"There is a file {str(path)!r} already; choose another name or --folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, template in zip(files, (_TOOL, _TEST), strict=True):
            with path.open("x", encoding="utf-8") as file:  # never over another one's work
                file.write(template.substitute(name=name))
    except OSError as error:
        raise InputError(f"The plug-in can't be written to {str(folder)!r}: {error.strerror}.") from error
    return files
