"""What the demo's marketplace sells, in words: shelves of a category tree, and people's names."""

from typing import NamedTuple

from inventory.data import Kind


class Shelf(NamedTuple):
    """A category at the tree's edge; `makers` come in circles that people keep to."""

    slug: str
    name: str
    parent: str
    kind: Kind
    things: tuple[str, ...]
    makers: tuple[str, ...]
    traits: tuple[str, ...]
    low: int
    high: int


ROOMS = {
    "collecting": "Collecting",
    "electronics": "Electronics",
    "home": "Home",
    "wear": "Wear",
    "shelf-and-stage": "Shelf and stage",
    "outdoors": "Outdoors",
    "made-here": "Made here",
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _shelf(
    name: str, parent: str, prices: tuple[int, int], *words: str, kind: Kind = Kind.LOT
) -> Shelf:
    slug = name.lower().replace(" ", "-")
    things, makers, traits = (_words(text) for text in words)
    return Shelf(slug, name, parent, kind, things, makers, traits, *prices)


SHELVES = (
    _shelf(
        "Film cameras", "collecting", (40, 900),
        "rangefinder, folding camera, twin-lens reflex, 35 mm camera, light meter, 50 mm lens",
        "Halden, Orion, Brandt & Sohn, Vireo, Mizuno Optical, Castell",
        "with leather case, shutter serviced, with original box, bright finder, from an estate",
    ),
    _shelf(
        "Wristwatches", "collecting", (60, 4_000),
        "diver, chronograph, dress watch, field watch, pocket watch",
        "Aubry, Lindqvist, Seafarer, Montclair, Tokei, Regent",
        "on steel bracelet, manual wind, automatic, with papers, recently regulated",
    ),
    _shelf(
        "Coins", "collecting", (5, 700),
        "silver crown, commemorative set, gold ducat, proof coin, token collection",
        "Habsburg, Victorian, Republic, Hanseatic, Ottoman, Meiji",
        "extremely fine, in capsule, with certificate, uncirculated, nice patina",
    ),
    _shelf(
        "Consoles", "electronics", (30, 450),
        "game console, handheld console, arcade stick, cartridge bundle, controller pair",
        "Pixelworks, Novabox, Hikari, Playdeck, Quantum, Retronic",
        "with two games, tested, region free, modded display, in original box",
    ),
    _shelf(
        "Hi-fi", "electronics", (50, 1_800),
        "turntable, valve amplifier, bookshelf speakers, tape deck, headphones, tuner",
        "Norden Audio, Clearwell, Sonata, Belgrave, Akarui, Thornfield",
        "new belt, walnut case, serviced, matched pair, with manual",
    ),
    _shelf(
        "Handhelds", "electronics", (20, 400),
        "organiser, pocket computer, graphing calculator, e-reader, mobile phone",
        "Palmetto, Zenit, Calcula, Inkwell, Nordtel, Fujiwara",
        "with stylus, new battery, with cradle, boxed, unlocked",
    ),
    _shelf(
        "Lamps", "home", (25, 800),
        "desk lamp, floor lamp, pendant, table lamp, sconce",
        "Lumen & Co, Dansk Lys, Officina, Arco, Kaiser, Glashütte",
        "brass, opal glass, rewired, adjustable arm, mid-century",
    ),
    _shelf(
        "Chairs", "home", (40, 1_500),
        "lounge chair, dining chairs, rocking chair, office chair, stool",
        "Dansk Lys, Bentwood, Carrara, Officina, Northwood, Atelier Roux",
        "teak, new upholstery, set of four, stackable, restored",
    ),
    _shelf(
        "Ceramics", "home", (10, 500),
        "vase, tea bowl, plate set, jug, tile panel, teapot",
        "Blue Kiln, Arita, Delft House, Terracina, Stoneyard, Raku Studio",
        "hand thrown, salt glaze, signed, no chips, cobalt decor",
    ),
    _shelf(
        "Sneakers", "wear", (30, 600),
        "running shoes, high-tops, court shoes, skate shoes",
        "Velo, Strider, Kanagawa, Eastbay, Dash, Union",
        "deadstock, size 42, worn twice, limited run, with spare laces",
    ),
    _shelf(
        "Jackets", "wear", (25, 700),
        "denim jacket, waxed jacket, flight jacket, parka, rain shell",
        "Harrow, Fjellet, Ironside, Wolcott, Union, Seto",
        "size M, size L, lined, made in the seventies, hardly worn",
    ),
    _shelf(
        "Handbags", "wear", (40, 1_600),
        "satchel, tote, clutch, weekender, crossbody bag",
        "Maison Lorel, Harrow, Bellini, Castell, Atelier Roux, Oak & Hide",
        "full grain, with dust bag, brass fittings, unlined, repaired strap",
    ),
    _shelf(
        "Records", "shelf-and-stage", (5, 250),
        "jazz LP, first pressing, 7-inch singles, box set, soundtrack, test pressing",
        "Blue Lantern, Midnight, Harvest Row, Verdant, Tonträger, Sunbird",
        "near mint, gatefold, with insert, mono, sealed",
    ),
    _shelf(
        "Comics", "shelf-and-stage", (5, 600),
        "issue no. 1, annual, graphic novel, strip collection, original page",
        "Comet, Paragon, Ligne Claire, Kodama, Underground, Herald",
        "bagged and boarded, signed, first print, graded, complete run",
    ),
    _shelf(
        "Guitars", "shelf-and-stage", (80, 2_800),
        "electric guitar, acoustic guitar, bass, travel guitar, pedal",
        "Marlow, Stella Nova, Brandt & Sohn, Ridgeline, Tanaka, Corvus",
        "new frets, with hard case, sunburst, left-handed, plays beautifully",
    ),
    _shelf(
        "Bicycles", "outdoors", (90, 2_500),
        "touring bike, track bike, folding bike, mountain bike, frame set",
        "Ventoux, Cascadia, Gazelle Noire, Keirin, Bianchetti, Northwood",
        "size 56, lugged steel, new tyres, dynamo hub, repainted",
    ),
    _shelf(
        "Climbing", "outdoors", (10, 350),
        "rope, set of nuts, ice axe, harness, climbing shoes, portaledge",
        "Fjellet, Granite, Cascadia, Alpina, Sendero, Karst",
        "unused, 60 m, size 40, one season, with bag",
    ),
    _shelf(
        "Telescopes", "outdoors", (60, 1_900),
        "refractor, reflector, spotting scope, binoculars, equatorial mount",
        "Orion, Vireo, Mizuno Optical, Polaris, Kepler Works, Castell",
        "with eyepieces, collimated, on tripod, multicoated, with finder",
    ),
    _shelf(
        "Animal avatars", "made-here", (1, 30),
        "fox, heron, badger, snow leopard, dragon, octopus",
        "Paperlight, Lowpoly Lab, Mirefolk, Brasswing, Studio Kumo, Fern",
        "rigged, with six dances, toon shaded, quest ready, with wings", kind=Kind.AVATAR,
    ),
    _shelf(
        "Robot avatars", "made-here", (1, 40),
        "courier robot, walker, brass automaton, drone pilot, mech",
        "Lowpoly Lab, Brasswing, Cogsmith, Paperlight, Voltage, Studio Kumo",
        "rigged, glowing eyes, with voice pack, quest ready, rust finish", kind=Kind.AVATAR,
    ),
    _shelf(
        "Maps", "made-here", (1, 60),
        "harbour town, forest clearing, rooftop club, orbital station, desert market, museum",
        "Mirefolk, Fern, Voltage, Cartographers, Lowpoly Lab, Tidewater",
        "for 40 people, day and night, baked light, with quests, seasonal", kind=Kind.MAP,
    ),
    _shelf(
        "Props", "made-here", (1, 15),
        "campfire, hoverboard, market stall, gramophone, street lamp, rowing boat",
        "Tidewater, Cogsmith, Fern, Cartographers, Voltage, Paperlight",
        "animated, throwable, low poly, with sounds, four colours", kind=Kind.PROP,
    ),
)  # fmt: skip

# Whom the market is for: shelves in the order of how often somebody of this taste goes there.
TASTES = (
    ("film-cameras", "telescopes", "wristwatches"),
    ("wristwatches", "coins", "handbags"),
    ("consoles", "handhelds", "comics"),
    ("hi-fi", "records", "guitars"),
    ("records", "comics", "lamps"),
    ("lamps", "chairs", "ceramics"),
    ("ceramics", "chairs", "coins"),
    ("sneakers", "jackets", "records"),
    ("handbags", "jackets", "ceramics"),
    ("bicycles", "climbing", "jackets"),
    ("telescopes", "climbing", "film-cameras"),
    ("animal-avatars", "maps", "props"),
    ("robot-avatars", "consoles", "maps"),
)

FIRST_NAMES = _words(
    "Ada, Amir, Anneke, Bilal, Birgit, Carla, Chidi, Dana, Dmitri, Elif, Emil, Farah, Finn, Grace,"
    "Hana, Hugo, Ines, Ivo, Jana, Joao, Kaito, Keira, Lars, Leila, Marek, Mina, Nadia, Noor, Olga,"
    "Oscar, Paula, Quentin, Rosa, Ruben, Saskia, Selim, Tara, Theo, Uma, Viktor, Wanda, Yusuf, Zoe"
)
LAST_NAMES = _words(
    "Abe, Almeida, Bauer, Berg, Castro, Cohen, Dahl, Diaz, Eriksen, Fontana, Garcia, Haddad, Ito,"
    "Jansen, Kaya, Keller, Kowalski, Lang, Lopez, Marin, Mensah, Moreau, Nagy, Novak, Okafor,"
    "Olsen, Patel, Petrov, Quist, Rossi, Sato, Schmidt, Silva, Tanaka, Toth, Varga, Weber, Yilmaz"
)
HISTORIES = (
    "Bought from its first owner and used with care.",
    "Part of a collection that is being made smaller.",
    "Found in a family attic; everything was checked.",
    "It has served me for years and deserves a new home.",
    "Comes from a house without smokers or pets.",
)
TERMS = (
    "Sent insured within two days.",
    "Collection possible, postage at cost.",
    "Ask for more photographs before you bid.",
    "Sold as described; returns within a fortnight.",
)
LICENCES = (
    "Free to use in any world.",
    "For one person; remix if you name the maker.",
    "Source files included.",
)
BAG_NAMES = _words("Favourites, Gift ideas, For the studio, Travelling light, To compare, Someday")
