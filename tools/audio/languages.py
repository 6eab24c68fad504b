"""The languages that Whisper hears, by the codes that it uses and by their English names.

Source: the tokenizer of openai-whisper (MIT).
"""

from __future__ import annotations

from ..errors import ToolError, did_you_mean

_TABLE = """
af Afrikaans, am Amharic, ar Arabic, as Assamese, az Azerbaijani, ba Bashkir, be Belarusian, bg Bulgarian, bn Bengali,
bo Tibetan, br Breton, bs Bosnian, ca Catalan, cs Czech, cy Welsh, da Danish, de German, el Greek, en English,
es Spanish, et Estonian, eu Basque, fa Persian, fi Finnish, fo Faroese, fr French, gl Galician, gu Gujarati, ha Hausa,
haw Hawaiian, he Hebrew, hi Hindi, hr Croatian, ht Haitian Creole, hu Hungarian, hy Armenian, id Indonesian,
is Icelandic, it Italian, ja Japanese, jw Javanese, ka Georgian, kk Kazakh, km Khmer, kn Kannada, ko Korean, la Latin,
lb Luxembourgish, ln Lingala, lo Lao, lt Lithuanian, lv Latvian, mg Malagasy, mi Maori, mk Macedonian, ml Malayalam,
mn Mongolian, mr Marathi, ms Malay, mt Maltese, my Myanmar, ne Nepali, nl Dutch, nn Nynorsk, no Norwegian, oc Occitan,
pa Punjabi, pl Polish, ps Pashto, pt Portuguese, ro Romanian, ru Russian, sa Sanskrit, sd Sindhi, si Sinhala,
sk Slovak, sl Slovenian, sn Shona, so Somali, sq Albanian, sr Serbian, su Sundanese, sv Swedish, sw Swahili, ta Tamil,
te Telugu, tg Tajik, th Thai, tk Turkmen, tl Tagalog, tr Turkish, tt Tatar, uk Ukrainian, ur Urdu, uz Uzbek,
vi Vietnamese, yi Yiddish, yo Yoruba, yue Cantonese, zh Chinese
"""
NAMES: dict[str, str] = dict(entry.strip().split(" ", 1) for entry in _TABLE.split(",") if entry.strip())
_CODES = {name.lower(): code for code, name in NAMES.items()} | {"burmese": "my", "farsi": "fa", "mandarin": "zh"}


def code(language: str) -> str:
    """The code of a language given by code or English name, in any case; regions ("en-US") are left out.

    Raises:
        ToolError: Whisper doesn't know it; the message offers the nearest names.
    """
    wanted = language.strip().lower()
    found = _CODES.get(wanted) or (wanted if wanted in NAMES else wanted.split("-")[0].split("_")[0])
    if found not in NAMES:
        raise ToolError(f"Speech recognition knows no language {language!r}.{did_you_mean(language, NAMES.values())}")
    return found
