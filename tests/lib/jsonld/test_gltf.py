import io
import json
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.lib.errors import DomainError
from recsys.lib.jsonld.errors import DocumentTooLarge, InvalidDocument
from recsys.lib.jsonld.gltf import MAX_ASSET_JSON, merge_packets, metadata_of_asset
from recsys.lib.jsonld.statements import expand_to_statements
from recsys.lib.jsonld.vocabulary import namespace

DC = "http://purl.org/dc/elements/1.1/"
PACKET = {
    "@context": {"dc": DC, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
    "@id": "",
    "dc:title": {
        "@type": "rdf:Alt",
        "rdf:_1": {"@language": "en-us", "@value": "Fox"},
        "rdf:_2": {"@language": "de", "@value": "Fuchs"},
    },
    "dc:creator": {"@list": ["Ada", "Bob"]},
    "dc:subject": {"@set": ["fox", "animal"]},
}


def asset(*packets, **extensions):
    return {
        "asset": {"version": "2.0", "extensions": {"KHR_xmp_json_ld": {"packet": 0}}},
        "extensions": {"KHR_xmp_json_ld": {"packets": list(packets)}, **extensions},
    }


def glb(value):
    body = json.dumps(value).encode()
    body += b" " * (-len(body) % 4)
    geometry = b"\0" * 64
    chunks = struct.pack("<II", len(body), 0x4E4F534A) + body
    chunks += struct.pack("<II", len(geometry), 0x004E4942) + geometry
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def read(value):
    return metadata_of_asset(io.BytesIO(json.dumps(value).encode()))


def said(document, name):
    statements = expand_to_statements(document).statements
    return {(s.value, s.language) for s in statements if s.predicate == name}


def test_packet_is_read_from_gltf_and_glb_alike():
    document = read(asset(PACKET))
    assert metadata_of_asset(io.BytesIO(glb(asset(PACKET)))) == document
    assert said(document, f"{DC}title") == {("Fox", "en-us"), ("Fuchs", "de")}
    assert said(document, f"{DC}creator") == {("Ada", ""), ("Bob", "")}
    assert said(document, f"{DC}subject") == {("fox", ""), ("animal", "")}


def test_same_namespace_under_two_prefixes_gets_one():
    other = {"@context": {"dublin": DC}, "dublin:rights": "mine", "dublin:subject": "late"}
    document = read(asset(PACKET, other))
    assert list(document["@context"].values()).count(DC) == 1
    assert said(document, f"{DC}rights") == {("mine", "")}
    assert said(document, f"{DC}subject") == {("fox", ""), ("animal", "")}


def test_one_prefix_of_two_namespaces_stays_two_namespaces():
    ones = {"@context": {"x": "http://one.example/"}, "x:a": "1"}
    twos = {"@context": {"x": "http://two.example/"}, "x:a": "2"}
    document = merge_packets([ones, twos])
    assert said(document, "http://one.example/a") == {("1", "")}
    assert said(document, "http://two.example/a") == {("2", "")}


def test_known_prefix_bound_to_something_else_is_renamed():
    document = merge_packets([{"@context": {"dc": "http://else.example/"}, "dc:a": "1"}])
    assert "dc" not in document["@context"]
    assert said(document, "http://else.example/a") == {("1", "")}


@pytest.mark.parametrize(
    "packet",
    [
        {"@context": {"dc": DC}, f"{DC}title": "expanded key"},
        {"@context": {"title": f"{DC}title"}, "title": "alias"},
        {"@context": {"dc": DC, "t": {"@id": "dc:title"}}},
        {"@context": {"@vocab": DC}, "title": "no prefix"},
        {"@context": "https://attacker.example/context"},
        {"@context": {"dc": DC}, "xmp:Rating": 5},
        {"@context": {"dc": DC}, "dc:source": {"title": "inside"}},
        {"@context": {"dc": DC}, "dc:source": {"@list": [{"title": "inside a list"}]}},
        ["a list"],
    ],
)
def test_packet_that_breaks_the_extensions_rules_is_refused(packet):
    with pytest.raises(InvalidDocument):
        read(asset(packet))


def test_vrm_meta_is_said_in_dublin_core_xmp_rights_and_our_terms():
    meta = {
        "name": "Fox", "authors": ["Ada"], "licenseUrl": "https://vrm.dev/licenses/1.0/",
        "avatarPermission": "everyone", "allowExcessivelyViolentUsage": False,
        "commercialUsage": "personalNonProfit", "thumbnailImage": 3,
    }  # fmt: skip
    document = read(asset(VRMC_vrm={"specVersion": "1.0", "meta": meta}))
    assert said(document, f"{DC}title") == {("Fox", "")}
    assert said(document, f"{DC}creator") == {("Ada", "")}
    assert said(document, f"{namespace()}allowsViolentUse") == {("false", "")}
    assert said(document, f"{namespace()}commercialUse") == {("personalNonProfit", "")}
    assert expand_to_statements(document).dropped == ()


def test_older_vrm_meta_is_read_too():
    meta = {"title": "Fox", "author": "Ada", "violentUssageName": "Disallow", "licenseName": "CC0"}
    document = read(asset(VRM={"meta": meta}))
    assert said(document, f"{DC}title") == {("Fox", "")}
    assert said(document, f"{namespace()}allowsViolentUse") == {("false", "")}


def test_alternatives_are_known_by_iri_and_inside_lists():
    title = {"@type": "r:Alt", "r:_1": {"@language": "de", "@value": "Fuchs"}}
    elsewhere = {"@type": "rdf:Alt", "rdf:_1": "not RDF's"}
    packet = {
        "@context": {"dc": DC, "r": PACKET["@context"]["rdf"], "rdf": "http://x.example/"},
        "dc:title": title,
        "dc:subject": {"@list": [title, "red"]},
        "dc:source": elsewhere,
    }
    document = read(asset(packet))
    assert said(document, f"{DC}title") == {("Fuchs", "de")}
    assert said(document, f"{DC}subject") == {("Fuchs", "de"), ("red", "")}
    assert said(document, "http://x.example/_1") == {("not RDF's", "")}


def test_every_licence_of_a_vrm_is_kept():
    meta = {"name": "Fox", "copyrightInformation": "Ada", "thirdPartyLicenses": "MIT"}
    urls = {"licenseUrl": "https://vrm.dev/1/", "otherLicenseUrl": "https://x.example/"}
    document = read(asset(VRMC_vrm={"meta": meta | urls}))
    statement = "http://ns.adobe.com/xap/1.0/rights/WebStatement"
    assert said(document, statement) == {(url, "") for url in urls.values()}
    assert said(document, f"{DC}rights") == {("Ada", ""), ("MIT", "")}


def packet_of(prefixes):
    return {"@context": {f"p{n}": f"http://x.example/{n}/" for n in prefixes}}


@pytest.mark.parametrize(
    "packets",
    [[PACKET] * 1000, [packet_of(range(501))], [packet_of(range(n, n + 2)) for n in range(502)]],
    ids=["packets", "prefixes", "prefixes of all packets"],
)
def test_all_packets_together_are_limited(packets):
    with pytest.raises(DocumentTooLarge):
        read(asset(*packets))


def test_asset_without_metadata_has_none():
    assert read({"asset": {"version": "2.0"}}) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"glTF", b"glTF" + b"\xff" * 16, b"[]", b"[" * 100_000, glb(asset(PACKET))[:200],
        struct.pack("<4sIIII", b"glTF", 2, 99, 99, 0x4E4F534A), b'{"extensions": 5}',
        b'{"extensions": {"KHR_xmp_json_ld": {"packets": {}}}}', b'{"extensions": {"VRM": 5}}',
    ],
)  # fmt: skip
def test_damaged_asset_is_refused(body):
    with pytest.raises(DomainError):
        metadata_of_asset(io.BytesIO(body))


def test_length_that_lies_is_refused_before_it_is_read():
    header = struct.pack("<4sIIII", b"glTF", 2, 2**32 - 1, MAX_ASSET_JSON + 1, 0x4E4F534A)
    with pytest.raises(DocumentTooLarge):
        metadata_of_asset(io.BytesIO(header))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    for start in (b"", b"glTF\2\0\0\0"):
        with suppress(DomainError):
            metadata_of_asset(io.BytesIO(start + body))
