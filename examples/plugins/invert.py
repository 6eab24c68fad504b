from intermodal import Image, tool


@tool
def invert_colours(image: Image) -> Image:
    """Turn a picture's colours into their opposites.

    Args:
        image: The picture.

    Example:
        negative = invert_colours("photo.png")
    """
    return 255 - image.array()
