"""Reading QR codes and barcodes: `read_codes`."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract import tool
from ..values import Image
from .results import Box, place_of


@dataclass(frozen=True, kw_only=True)
class Code:
    """One code: what it says, its format ("QR Code", "EAN-13" ...), and where it is."""

    text: str
    format: str
    box: Box

    def __str__(self) -> str:
        return f"{self.format}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The codes found in a picture."""

    codes: list[Code]

    @property
    def text(self) -> str:
        """What they say, one a line; empty without codes."""
        return "\n".join(code.text for code in self.codes)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.codes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.codes)) or "no QR code or barcode found"


@tool(packages=("zxingcpp",), extra="local")
def read_codes(image: Image) -> Codes:
    """Read QR codes and barcodes (EAN, Code 128, Data Matrix, PDF417, Aztec) in a picture.

    Args:
        image: The picture with the codes.

    Returns:
        What each code says, its format and place.

    Example:
        codes = read_codes("photo.png")
    """
    import numpy as np
    import zxingcpp

    picture = image.array()
    height, width = picture.shape[:2]
    codes = []
    for scale in (1, 3):
        enlarged = np.ascontiguousarray(picture.repeat(scale, 0).repeat(scale, 1)) if scale > 1 else picture
        for found in zxingcpp.read_barcodes(np.ascontiguousarray(enlarged)):
            place = found.position
            corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
            left, right = min(c.x for c in corners) // scale, max(c.x for c in corners) // scale
            top, bottom = min(c.y for c in corners) // scale, max(c.y for c in corners) // scale
            size = (max(1, right - left), max(1, bottom - top))
            where = place_of(left, top, *size, (width, height))
            box = Box(label=str(found.format), x=left, y=top, width=size[0], height=size[1], place=where)
            codes.append(Code(text=found.text, format=str(found.format), box=box))
        if codes or max(width, height) > 1200:
            break
    return Codes(codes=codes)
