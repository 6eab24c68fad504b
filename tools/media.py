"""How files are opened and written, whoever made them: the way in for hostile ones, so every size is checked first.

Each medium has its module: pictures (Pillow), sounds and films (PyAV), papers (PDF, Word, HTML, plain text). Whatever
is wrong with a file, they raise `InputError` with one sentence. Nothing is loaded before it is used.
"""

from __future__ import annotations

from .films import video_frames, write_video
from .papers import document_text, open_pdf
from .pictures import image_array, open_image, save_image
from .sounds import audio_array, save_audio

__all__ = [
    "audio_array",
    "document_text",
    "image_array",
    "open_image",
    "open_pdf",
    "save_audio",
    "save_image",
    "video_frames",
    "write_video",
]
