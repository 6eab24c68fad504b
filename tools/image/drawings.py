# ruff: noqa: E501 (paths of SVG)
"""A few drawings of our own, in OpenMoji's manner, for everyday things that it has no drawing of, or one that is hard
to make out. Each is 72 x 72 units."""

from __future__ import annotations

_ROUND = 'stroke-linejoin="round" stroke-linecap="round"'
_LINE = f'stroke="#000000" stroke-width="2" {_ROUND}'
_THICK = f'stroke="#000000" stroke-width="4" {_ROUND}'

_SHAPES: dict[str, str] = {
    "tree": f"""<path d="M31 68 L33 44 H39 L41 68 Z" fill="#8a5a33" {_LINE}/>
<path d="M20 47 C10 47 7 36 15 32 C11 22 22 16 27 19 C30 8 45 8 47 18 C57 16 63 26 57 32 C65 37 61 48 51 47 Z" fill="#5c9e31" {_LINE}/>
<path d="M51 45 C59 46 62 37 55 33 C50 40 40 44 28 45 Z" fill="#46832a"/>""",
    "sailboat": f"""<path d="M36 6 V52" fill="none" {_LINE}/><path d="M39 8 L60 46 H39 Z" fill="#ffffff" {_LINE}/>
<path d="M33 16 L14 46 H33 Z" fill="#ea5a47" {_LINE}/><path d="M8 51 H64 L55 65 H17 Z" fill="#a57939" {_LINE}/>""",
    "bench": f"""<path d="M14 42 V64 M58 42 V64" fill="none" {_THICK}/>
<rect x="8" y="24" width="56" height="6" fill="#a57939" {_LINE}/><rect x="8" y="33" width="56" height="6" fill="#a57939" {_LINE}/>
<rect x="5" y="44" width="62" height="7" fill="#b97a45" {_LINE}/>""",
    "watering can": f"""<path d="M24 30 H52 L54 62 H22 Z" fill="#61b2e4" {_LINE}/><path d="M24 46 L10 24 L6 27 L4 21 L14 15 L16 21 L13 23 L24 38" fill="#61b2e4" {_LINE}/>
<path d="M52 34 C68 30 68 58 54 56" fill="none" {_THICK}/><path d="M28 30 C28 16 48 16 48 30" fill="none" {_THICK}/>
<path d="M3 32 v5 M8 34 v6 M3 42 v5 M8 45 v5" stroke="#61b2e4" stroke-width="2"/>""",
    "lighthouse": f"""<path d="M27 24 H45 L50 66 H22 Z" fill="#ffffff" {_LINE}/><path d="M25.5 36 H46.5 L47.6 45 H24.4 Z M23.3 55 H48.7 L50 66 H22 Z" fill="#d22f27" {_LINE}/>
<rect x="28" y="13" width="16" height="11" fill="#fcea2b" {_LINE}/><path d="M25 13 L36 4 L47 13 Z" fill="#d22f27" {_LINE}/>
<path d="M48 16 L66 11 M48 20 L66 22 M24 16 L6 11 M24 20 L6 22" fill="none" stroke="#f1b31c" stroke-width="2"/>""",
    "fence": "".join(
        f'<path d="M{x} 64 V26 L{x + 5} 20 L{x + 10} 26 V64 Z" fill="#ffffff" {_LINE}/>' for x in (3, 17, 31, 45, 59)
    )
    + '<path d="M2 36 H70 M2 52 H70" fill="none" stroke="#d0cfce" stroke-width="4"/>',
    "barn": f"""<path d="M10 34 L20 16 L36 8 L52 16 L62 34 V66 H10 Z" fill="#d22f27" {_LINE}/><path d="M26 66 V42 H46 V66" fill="#ffffff" {_LINE}/>
<path d="M26 42 L46 66 M46 42 L26 66" fill="none" {_LINE}/><rect x="31" y="20" width="10" height="10" fill="#ffffff" {_LINE}/>""",
    "bowl": f"""<path d="M6 34 H66 C66 52 54 62 36 62 C18 62 6 52 6 34 Z" fill="#92d3f5" {_LINE}/><path d="M24 62 H48" fill="none" {_THICK}/>""",
    "vase": f"""<path d="M28 10 H44 C40 20 40 24 46 32 C56 46 50 60 44 66 H28 C22 60 16 46 26 32 C32 24 32 20 28 10 Z" fill="#61b2e4" {_LINE}/>
<path d="M21 44 C30 50 42 38 51 44" fill="none" {_LINE}/>""",
    "flower": f"""<path d="M36 38 V68 M36 58 C44 58 50 52 52 46 C44 46 38 50 36 58" fill="#5c9e31" {_LINE}/>
{"".join(f'<circle cx="{x}" cy="{y}" r="9" fill="#ea5a47" {_LINE}/>' for x, y in ((36, 12), (49, 21), (44, 36), (28, 36), (23, 21)))}
<circle cx="36" cy="25" r="8" fill="#fcea2b" {_LINE}/>""",
    "robot": f"""<path d="M36 4 V12" fill="none" {_LINE}/><circle cx="36" cy="4" r="2.5" fill="#d22f27" {_LINE}/>
<rect x="24" y="11" width="24" height="18" rx="3" fill="#d0cfce" {_LINE}/><circle cx="31" cy="18" r="3" fill="#fcea2b" {_LINE}/><circle cx="41" cy="18" r="3" fill="#fcea2b" {_LINE}/>
<path d="M31 25 H41" fill="none" {_LINE}/><rect x="20" y="31" width="32" height="22" rx="3" fill="#9b9b9a" {_LINE}/><circle cx="36" cy="41" r="4" fill="#61b2e4" {_LINE}/>
<path d="M20 36 L11 44 V52 M52 36 L61 44 V52" fill="none" {_THICK}/><path d="M28 53 V67 H22 M44 53 V67 H50" fill="none" {_THICK}/>""",
    "moon": f"""<circle cx="36" cy="36" r="30" fill="#fdf3c4" {_LINE}/>
{"".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="#e3d7a0"/>' for x, y, r in ((26, 24, 6), (46, 30, 4), (40, 50, 7), (22, 46, 3), (52, 46, 3)))}""",
}  # fmt: skip

OWN = {
    name: f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">{shapes}</svg>'
    for name, shapes in _SHAPES.items()
}
