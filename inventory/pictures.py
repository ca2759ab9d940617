"""Pictures for items that have none of their own: small, drawn by code, always the same. Pure.

The hue says the category, the motif the kind, and the item's number everything else, so that a
shelf looks like a family and no two neighbours look alike.
"""

from collections.abc import Callable, Iterator
from math import cos, pi, sin
from random import Random
from zlib import crc32

from inventory.data import Kind

WIDTH, HEIGHT = 320, 240
GOLDEN_ANGLE = 137.508
"""Of hues: neighbouring categories lie as far apart on the colour wheel as can be."""

Shapes = Iterator[str]
Motif = Callable[[Random, float], Shapes]


def draw(kind: str, category: str, item: int) -> str:
    """The picture of an item as an SVG document, without styles or scripts.

    `category` is a slug: what it speaks of is drawn, as far as there is a shape for it.
    """
    number = crc32(category.encode())
    rng = Random(item * 1_000_003 + number)
    hue = (number % 1_000 * GOLDEN_ANGLE + rng.uniform(-14, 14)) % 360
    shapes = "".join(_motif(kind, category)(rng, hue))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="{_tone(hue, 55, 82)}"/>'
        f'<stop offset="1" stop-color="{_tone(hue + 40, 50, 62)}"/></linearGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/>{shapes}</svg>'
    )


def _tone(hue: float, saturation: float, lightness: float) -> str:
    return f"hsl({hue % 360:.0f} {saturation:.0f}% {lightness:.0f}%)"


def _circle(x: float, y: float, r: float, fill: str, more: str = "") -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.0f}" fill="{fill}"{more}/>'


def _rect(x: float, y: float, size: tuple[float, float], r: float, fill: str) -> str:
    w, h = size
    extent = f'width="{w:.0f}" height="{h:.0f}" rx="{r:.0f}"'
    return f'<rect x="{x:.0f}" y="{y:.0f}" {extent} fill="{fill}"/>'


def _shadow(width: float) -> str:
    return f'<ellipse cx="160" cy="206" rx="{width:.0f}" ry="10" fill="#000" fill-opacity=".18"/>'


def _dial(rng: Random, hue: float) -> Shapes:
    """Rings and hands: watches, lenses, turntables."""
    yield _shadow(80)
    for radius, light in ((88, 28), (76, 90), (rng.uniform(44, 62), 78)):
        yield _circle(160, 118, radius, _tone(hue, 35, light))
    ticks = rng.choice((4, 8, 12))
    for tick in range(ticks):
        angle = 2 * pi * tick / ticks
        yield _circle(160 + 67 * cos(angle), 118 + 67 * sin(angle), 3, _tone(hue, 40, 30))
    for length in (34, 54):
        angle = rng.uniform(0, 2 * pi)
        end = f"{160 + length * cos(angle):.0f} {118 + length * sin(angle):.0f}"
        colour = _tone(hue + 180, 55, 40)
        yield f'<path d="M160 118L{end}" stroke="{colour}" stroke-width="5"/>'
    yield _circle(160, 118, 7, _tone(hue, 35, 24))


def _vessel(rng: Random, hue: float) -> Shapes:
    """A turned body on a table: vases, lamps, bottles."""
    yield f'<path d="M0 190h320v50H0z" fill="{_tone(hue + 20, 30, 44)}"/>'
    yield _shadow(70)
    belly, neck, shoulder = rng.uniform(48, 84), rng.uniform(12, 30), rng.uniform(84, 130)
    yield (
        f'<path d="M{160 - neck:.0f} 48C{160 - neck:.0f} {shoulder - 20:.0f} {160 - belly:.0f} '
        f"{shoulder:.0f} {160 - belly:.0f} 150S130 204 160 204S{160 + belly:.0f} 180 "
        f"{160 + belly:.0f} 150S{160 + neck:.0f} {shoulder - 20:.0f} {160 + neck:.0f} 48z"
        f'" fill="{_tone(hue + 190, 42, 40)}"/>'
    )
    yield _rect(160 - neck - 5, 40, (2 * neck + 10, 12), 6, _tone(hue + 190, 42, 30))
    for band in range(rng.randint(1, 3)):
        width = belly * (0.96 - 0.16 * band)
        yield _rect(160 - width, 146 + 16 * band, (2 * width, 6), 3, _tone(hue + 60, 65, 78))


def _box(rng: Random, hue: float) -> Shapes:
    """A body with a face: cameras, radios, consoles, amplifiers."""
    yield _shadow(110)
    width, height = rng.uniform(170, 220), rng.uniform(96, 126)
    left, top = 160 - width / 2, 202 - height
    yield _rect(left + 18, top - 16, (width * 0.36, 26), 6, _tone(hue, 30, 24))
    yield _rect(left, top, (width, height), 14, _tone(hue, 32, 30))
    yield _rect(left, top + height * 0.62, (width, height * 0.2), 0, _tone(hue + 30, 45, 52))
    x, radius = left + width * rng.uniform(0.36, 0.64), height * 0.33
    for part, light in ((1, 16), (0.8, 62), (0.55, 20), (0.2, 88)):
        yield _circle(x, top + height * 0.48, radius * part, _tone(hue + 200, 35, light))
    for knob in range(rng.randint(1, 3)):
        yield _circle(left + 18 + 22 * knob, top + 18, 7, _tone(hue + 40, 60, 72))


def _speaker(rng: Random, hue: float) -> Shapes:
    """Cones in an upright case: loudspeakers, amplifiers, turntables seen from the front."""
    yield _shadow(84)
    width, cones = rng.uniform(92, 128), rng.randint(2, 3)
    left, step = 160 - width / 2, 150 / cones
    yield _rect(left, 34, (width, 172), 10, _tone(hue, 30, 26))
    yield _rect(left + 8, 42, (width - 16, 156), 6, _tone(hue + 20, 26, 36))
    for cone in range(cones):
        y, size = 45 + step * (cone + 0.5), min(0.24 + 0.05 * cone, 0.34) * width
        size = min(size, 0.46 * step)
        for part, light in ((1, 18), (0.82, 58), (0.36, 24)):
            yield _circle(160, y, size * part, _tone(hue + 180, 34, light))


def _instrument(rng: Random, hue: float) -> Shapes:
    """A waisted body and a long neck: guitars, violins, basses."""
    yield _shadow(92)
    wood, dark = _tone(hue + rng.uniform(120, 220), 52, 42), _tone(hue, 34, 20)
    turn = rng.uniform(-48, -34)
    yield f'<g transform="translate(128 150) rotate({turn:.0f})">'
    yield _circle(-30, 0, rng.uniform(46, 54), wood)
    yield _circle(28, 0, rng.uniform(34, 40), wood)
    yield _circle(8, 0, rng.uniform(15, 20), dark)
    yield _rect(20, -7, (150, 14), 4, dark)
    yield _rect(164, -13, (26, 26), 6, wood)
    for string in (-3, 0, 3):
        yield _rect(-44, string, (210, 1), 0, _tone(hue, 20, 90))
    yield "</g>"


def _frames(rng: Random, hue: float) -> Shapes:
    """Sheets that lean on each other: records, comics, coins in folders, prints."""
    yield _shadow(105)
    for sheet in range(3):
        turn, x = rng.uniform(-9, 9), 70 + 38 * sheet
        fill = _tone(hue + 70 * sheet + 150, 45, 38 + 12 * sheet)
        yield f'<g transform="rotate({turn:.1f} 160 200)">{_rect(x, 74, (118, 128), 4, fill)}'
        if rng.random() < 0.6:
            yield _circle(x + 59, 138, 40, _tone(hue, 45, 84))
            yield _circle(x + 59, 138, rng.uniform(9, 24), fill)
        else:
            for line in range(4):
                length = rng.uniform(50, 92)
                yield _rect(x + 13, 92 + 24 * line, (length, 11), 3, _tone(hue, 45, 86))
        yield "</g>"


def _strung(rng: Random, hue: float) -> Shapes:
    """Two rounds and what joins them: bicycles, glasses."""
    yield _shadow(115)
    left, right, radius = 92 + rng.uniform(-8, 8), 228 + rng.uniform(-8, 8), rng.uniform(44, 56)
    dark, bright = _tone(hue, 30, 22), _tone(hue + 180, 60, 46)
    top, peak = 148 - radius * 0.9, rng.uniform(120, 190)
    for x in (left, right):
        ring = f' stroke="{dark}" stroke-width="8"'
        yield _circle(x, 148, radius, _tone(hue, 40, 88), ring + ' fill-opacity=".45"')
        yield _circle(x, 148, 7, dark)
    path = f"M{left:.0f} 148L{peak:.0f} {top:.0f}L{right:.0f} 148L{160:.0f} 152z"
    yield f'<path d="{path}" fill="none" stroke="{bright}" stroke-width="9"'
    yield ' stroke-linejoin="round"/>'
    yield _rect(peak - 26, top - 8, (52, 11), 5, dark)


def _avatar(rng: Random, hue: float) -> Shapes:
    """Somebody who looks at you."""
    skin, coat = _tone(hue + 180, 48, 58), _tone(hue + 210, 45, 32)
    yield f'<path d="M70 240c0-74 40-92 90-92s90 18 90 92z" fill="{coat}"/>'
    lift, ear = rng.uniform(6, 44), rng.uniform(14, 30)
    for side in (-1, 1):
        x = 160 + side * 46
        yield (
            f'<path d="M{x - ear:.0f} 84L{x + side * 12:.0f} {66 - lift:.0f}'
            f'L{x + ear:.0f} 84z" fill="{skin}"/>'
        )
    yield _rect(96, 58, (128, 112), rng.uniform(24, 56), skin)
    eye = rng.uniform(9, 15)
    for x in (132, 188):
        yield _circle(x, 110, eye, "#fff")
        yield _circle(x + rng.uniform(-3, 3), 111, eye * 0.55, _tone(hue, 50, 14))
    smile = rng.uniform(4, 20)
    yield f'<path d="M138 140Q160 {140 + smile:.0f} 182 140" fill="none" '
    yield f'stroke="{_tone(hue, 50, 14)}" stroke-width="5" stroke-linecap="round"/>'


def _map(rng: Random, hue: float) -> Shapes:
    """Hills seen from above, and a way through them."""
    for _ in range(3):
        x, y, tilt = rng.uniform(40, 280), rng.uniform(30, 210), rng.uniform(0, 180)
        for ring in range(4):
            size = 74 - 17 * ring
            yield (
                f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{size}" ry="{size * 0.68:.0f}" '
                f'transform="rotate({tilt:.0f} {x:.0f} {y:.0f})" '
                f'fill="{_tone(hue + 90, 34, 44 + 9 * ring)}"/>'
            )
    bends = [f"{80 * step} {rng.uniform(40, 200):.0f}" for step in range(5)]
    yield f'<path d="M{" L".join(bends)}" fill="none" stroke="{_tone(hue + 30, 40, 95)}" '
    yield 'stroke-width="6" stroke-dasharray="14 8" stroke-linejoin="round"/>'
    yield _circle(160, float(bends[2].split()[1]), 11, _tone(hue + 180, 75, 45))


def _prop(rng: Random, hue: float) -> Shapes:
    """Blocks in space."""
    yield _shadow(96)
    for block in range(rng.randint(2, 4)):
        size = rng.uniform(34, 58)
        x, y = 160 + rng.uniform(-60, 60), 168 - 30 * block
        for path, light in _faces(x, y, size):
            fill = _tone(hue + 180 + 35 * block, 48, light)
            yield f'<path d="{path}" fill="{fill}"/>'


def _faces(x: float, y: float, size: float) -> Iterator[tuple[str, float]]:
    """The top, left and right of a cube whose middle is at (x, y), and how light each is."""
    across, up = round(size * 0.87), round(size * 0.5)
    yield f"M{x:.0f} {y - size:.0f}l{across} {up}l-{across} {up}l-{across} -{up}z", 66
    for side, light in ((-1, 46), (1, 32)):
        corner = f"{x + side * across:.0f} {y - up:.0f}"
        yield f"M{corner}l{-side * across} {up}v{size:.0f}l{side * across} -{up}z", light


def _file(rng: Random, hue: float) -> Shapes:
    """A sheet with writing."""
    yield _shadow(72)
    yield f'<path d="M96 32h92l40 40v132H96z" fill="{_tone(hue, 30, 96)}"/>'
    yield f'<path d="M188 32v40h40z" fill="{_tone(hue, 30, 76)}"/>'
    for line in range(6):
        yield _rect(114, 88 + 18 * line, (rng.uniform(36, 96), 8), 4, _tone(hue, 40, 60))


def _motif(kind: str, category: str) -> Motif:
    named = (motif for motif, words in LOTS.items() if any(w in category for w in words))
    return MOTIFS.get(kind) or next(named, _frames)


LOTS: dict[Motif, tuple[str, ...]] = {
    _box: ("camera", "console", "radio", "handheld", "phone", "computer", "bag"),
    _speaker: ("hi-fi", "audio", "speaker"),
    _instrument: ("guitar", "violin", "instrument"),
    _dial: ("watch", "clock", "coin", "telescope", "lens"),
    _vessel: ("ceramic", "lamp", "glass", "vase"),
    _strung: ("bicycle", "bike", "glasses"),
}
"""What a lot's category speaks of; where nothing fits, sheets that could be anything."""
MOTIFS: dict[str, Motif] = {
    Kind.AVATAR: _avatar,
    Kind.MAP: _map,
    Kind.PROP: _prop,
    Kind.FILE: _file,
}
