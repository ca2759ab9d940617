"""The metadata of a glTF asset: KHR_xmp_json_ld packets, and VRM's meta in the same words.

Only the JSON of the asset is read, never its geometry, and only up to a limit. The extension
restricts JSON-LD to what XMP can say: one context of prefixes, every key `prefix:name`, arrays as
`@list` or `@set`, alternatives by language as `rdf:Alt`.
"""

import struct
from typing import Any, BinaryIO

import orjson

from recsys.lib.jsonld.errors import DocumentTooLarge, InvalidDocument
from recsys.lib.jsonld.limits import MAX_INLINE_TERMS, check_shape
from recsys.lib.jsonld.vocabulary import PREFIXES, RDF, namespace

MAX_ASSET_JSON = 16 * 1024 * 1024
GLB_HEADER = struct.Struct("<4sIIII")
GLB_MAGIC, GLB_JSON = b"glTF", 0x4E4F534A
XMP = "KHR_xmp_json_ld"
LISTS = ("@list", "@set")
ALTERNATIVES = f"{RDF}Alt"

VRM_TEXT = {
    "name": "dc:title",
    "title": "dc:title",
    "authors": "dc:creator",
    "author": "dc:creator",
    "references": "dc:source",
    "reference": "dc:source",
    "version": "dcterms:hasVersion",
    "copyrightInformation": "dc:rights",
    "thirdPartyLicenses": "dc:rights",
    "licenseUrl": "xmpRights:WebStatement",
    "otherLicenseUrl": "xmpRights:WebStatement",
    "otherPermissionUrl": "xmpRights:WebStatement",
    "licenseName": "xmpRights:UsageTerms",
    "contactInformation": "recsys:avatarContact",
    "avatarPermission": "recsys:avatarPermission",
    "allowedUserName": "recsys:avatarPermission",
    "commercialUsage": "recsys:commercialUse",
    "commercialUssageName": "recsys:commercialUse",
    "modification": "recsys:modification",
    "creditNotation": "recsys:creditNotation",
}
"""Field of VRM 1.0's meta, or of VRM 0.x (which misspells one), → where it is said in XMP."""

VRM_FLAGS = {
    "allowExcessivelyViolentUsage": "recsys:allowsViolentUse",
    "violentUssageName": "recsys:allowsViolentUse",
    "allowExcessivelySexualUsage": "recsys:allowsSexualUse",
    "sexualUssageName": "recsys:allowsSexualUse",
    "allowPoliticalOrReligiousUsage": "recsys:allowsPoliticalUse",
    "allowAntisocialOrHateUsage": "recsys:allowsAntisocialUse",
    "allowRedistribution": "recsys:allowsRedistribution",
}
VRM_WORDS: dict[Any, bool] = {"Allow": True, "Disallow": False, True: True, False: False}


def metadata_of_asset(asset: BinaryIO, most: int = MAX_ASSET_JSON) -> dict[str, Any]:
    """The asset's own metadata as one JSON-LD document; {} where it carries none.

    At most `most` bytes of JSON are read.

    Packets are merged in order, the one the asset refers to first, with each namespace under one
    prefix. Raises InvalidDocument or DocumentTooLarge.
    """
    gltf = _json_of(asset, most)
    extensions = _object(gltf.get("extensions", {}), "extensions")
    packets = _packets(gltf, extensions)
    vrm = _vrm_packet(extensions)
    document = merge_packets([*packets, *([vrm] if vrm else [])])
    if vrm:
        document.setdefault("@type", "recsys:Avatar")
    elif document and "@type" not in document:
        document["@context"]["schema"] = PREFIXES["schema"]
        document["@type"] = "schema:3DModel"
    return document


def _json_of(asset: BinaryIO, most: int) -> dict[str, Any]:
    head = asset.read(GLB_HEADER.size)
    if head[:4] == GLB_MAGIC:
        if len(head) < GLB_HEADER.size:
            raise InvalidDocument("The .glb file ends inside its header.")
        _, version, _, length, kind = GLB_HEADER.unpack(head)
        if version != 2 or kind != GLB_JSON:
            raise InvalidDocument("Not a .glb file of version 2 that begins with its JSON.")
        _check_length(length, most)
        body = asset.read(length)
        if len(body) < length:
            raise InvalidDocument("The .glb file ends inside its JSON.")
    else:
        body = head + asset.read(most + 1)
        _check_length(len(body), most)
    try:
        return _object(orjson.loads(body), "the asset")
    except orjson.JSONDecodeError as error:
        raise InvalidDocument(f"The asset's JSON is malformed: {error}.") from error


def _check_length(length: int, most: int) -> None:
    if length > most:
        raise DocumentTooLarge(f"The asset's JSON has more than {most:,} bytes.")


def _packets(gltf: dict[str, Any], extensions: dict[str, Any]) -> list[dict[str, Any]]:
    packets = _object(extensions.get(XMP, {}), XMP).get("packets", [])
    if not isinstance(packets, list):
        raise InvalidDocument("packets is a list.")
    check_shape(packets)
    asset = _object(gltf.get("asset", {}), "asset")
    first = _object(_object(asset.get("extensions", {}), "extensions").get(XMP, {}), XMP)
    chosen = first.get("packet")
    if isinstance(chosen, int) and 0 <= chosen < len(packets):
        packets = [packets[chosen], *packets[:chosen], *packets[chosen + 1 :]]
    return [_packet(packet) for packet in packets]


def _packet(packet: Any) -> dict[str, Any]:
    """A packet that keeps the extension's rules, with alternatives as values by language."""
    context = _object(_object(packet, "a packet").get("@context", {}), "a packet's @context")
    for prefix, iri in context.items():
        if prefix.startswith("@") or not isinstance(iri, str) or "://" not in iri:
            raise InvalidDocument(f"A packet's context holds prefixes only, not “{prefix:.60}”.")
    said = {"@context": context}
    for key, value in packet.items():
        if key in ("@id", "@type"):
            said[key] = value
        elif key != "@context":
            said[_checked_key(key, context)] = _value(value, context)
    return said


def _checked_key(key: str, context: dict[str, str]) -> str:
    prefix, colon, rest = key.partition(":")
    if not colon or prefix not in context or rest.startswith("//"):
        raise InvalidDocument(
            f"“{key:.80}” is not allowed in a packet: keys are a prefix of its context and a "
            "name, neither full IRIs nor words of their own."
        )
    return key


def _value(value: Any, context: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [inner for each in value for inner in _as_list(_value(each, context))]
    if not isinstance(value, dict):
        return value
    if _is_alternatives(value.get("@type"), context):
        members = (each for key, each in value.items() if key in LISTS or key[:1] != "@")
        return [each for member in members for each in _members(member)]
    return {
        key: _value(inner, context)
        if key.startswith("@")
        else _value(value[_checked_key(key, context)], context)
        for key, inner in value.items()
    }


def _is_alternatives(kind: Any, context: dict[str, str]) -> bool:
    """Whether the type is `rdf:Alt`, whatever prefix the packet gives RDF's namespace."""
    prefix, _, name = str(kind).partition(":")
    return ALTERNATIVES in (kind, {"rdf": RDF, **context}.get(prefix, "") + name)


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = next((value[key] for key in LISTS if key in value), value)
    return _as_list(value)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _vrm_packet(extensions: dict[str, Any]) -> dict[str, Any]:
    """VRM's meta in Dublin Core's, XMP's and our words; {} for what is no VRM."""
    vrm = extensions.get("VRMC_vrm") or extensions.get("VRM") or {}
    meta = _object(_object(vrm, "VRM").get("meta", {}), "VRM's meta")
    packet: dict[str, Any] = {}
    for field, value in meta.items():
        if field in VRM_TEXT and isinstance(value, (str, list)) and value:
            packet.setdefault(VRM_TEXT[field], []).extend(_as_list(value))
        elif field in VRM_FLAGS and isinstance(value, (str, bool)) and value in VRM_WORDS:
            packet.setdefault(VRM_FLAGS[field], VRM_WORDS[value])
    if not packet:
        return {}
    check_shape(packet)
    known = PREFIXES | {"recsys": namespace()}
    used = {name.partition(":")[0] for name in packet} | {"recsys"}
    return {"@context": {prefix: known[prefix] for prefix in sorted(used)}, **packet}


def merge_packets(packets: list[dict[str, Any]]) -> dict[str, Any]:
    """One document that says what all packets say; where they differ, the earlier one counts.

    Prefixes are normalised by namespace: the same IRI gets one prefix, and a prefix that two
    packets bind to different IRIs is renamed in the later one.
    """
    prefix_of: dict[str, str] = {}
    merged: dict[str, Any] = {}
    for packet in packets:
        names = _renamed(packet.get("@context", {}), prefix_of)
        for key, value in packet.items():
            if key != "@context":
                merged.setdefault(_rename(key, names), _rename_inside(value, names))
    context = {prefix: iri for iri, prefix in prefix_of.items()}
    return {"@context": context, **merged} if merged else {}


def _renamed(context: dict[str, str], prefix_of: dict[str, str]) -> dict[str, str]:
    """A packet's prefix → the merged document's; new namespaces are entered into `prefix_of`."""
    known = {iri: prefix for prefix, iri in PREFIXES.items()}
    if len(prefix_of) + len(context) > MAX_INLINE_TERMS:
        raise DocumentTooLarge(f"The packets name more than {MAX_INLINE_TERMS} prefixes.")
    names = {}
    for prefix, iri in context.items():
        if iri not in prefix_of:
            wanted = known.get(iri, prefix)
            taken = set(prefix_of.values()) | (PREFIXES.keys() - {known.get(iri)})
            number = 2
            name = wanted
            while name in taken:
                name, number = f"{wanted}{number}", number + 1
            prefix_of[iri] = name
        names[prefix] = prefix_of[iri]
    return names


def _rename(key: str, names: dict[str, str]) -> str:
    prefix, colon, rest = key.partition(":")
    return f"{names[prefix]}:{rest}" if colon and prefix in names else key


def _rename_inside(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            _rename(key, names): _rename(inner, names)
            if key == "@type" and isinstance(inner, str)
            else _rename_inside(inner, names)
            for key, inner in value.items()
        }
    return [_rename_inside(each, names) for each in value] if isinstance(value, list) else value


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidDocument(f"In the asset, {name} is an object.")
    return value
