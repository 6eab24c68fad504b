"""A plug-in of one tool: `intermodal ask "Invert the colours of this photo" photo.png --tools invert.py`."""

from intermodal import Image, tool


@tool
def invert_colours(image: Image) -> Image:
    """Turn a picture's colours into their opposites.

    Args:
        image: The picture.
    """
    return 255 - image.array()
