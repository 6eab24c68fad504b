"""File names that a person can read, whatever they are made of, and that every file system takes."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 60  # characters
_LONGEST_BYTES = 120  # of its UTF-8; file systems take 255 with number and ending
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def slug(label: str) -> str:
    """Words as a file name without ending: "People, annotated_2" becomes "people-annotated-2".

    Letters and digits of every script stay; what lies between becomes a hyphen. "" when nothing is left.
    """
    text = unicodedata.normalize("NFC", label[: 4 * LONGEST]).lower()
    name = re.sub(r"[\W_]+", "-", text).strip("-")[:LONGEST]
    name = name.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip("-")
    return f"{name}-file" if _RESERVED.fullmatch(name) else name
