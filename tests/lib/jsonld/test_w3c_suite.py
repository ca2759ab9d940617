"""W3C's JSON-LD 1.1 cases of expanding and compacting, by our expander, served by our loader.

They lie beside this file as they are in github.com/w3c/json-ld-api at 92f0770 (July 2026), with
its licence, as one archive; PyLD's own distribution does not carry them. Another copy is run by

    JSONLD_SUITE=json-ld-api/tests pytest tests/lib/jsonld/test_w3c_suite.py
"""

import json
import os
import tarfile
from functools import partial
from pathlib import Path

import pytest
from pyld import jsonld

from recsys.lib.jsonld.expansion import Expander
from recsys.lib.jsonld.loader import StaticDocumentLoader

ARCHIVE = Path(__file__).parent / "w3c-json-ld-api.tar.xz"
SUITE = os.environ.get("JSONLD_SUITE")
# PyLD warns where a document uses a word that JSON-LD keeps for itself; some cases are about that.
pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")

OPTIONS = ("compactArrays", "compactToRelative", "ordered", "processingMode")


def read_suite():
    """Every document of the suite by its path, none of them fetched."""
    if SUITE:
        paths = Path(SUITE).rglob("*.jsonld")
        return {str(path.relative_to(SUITE)): json.loads(path.read_bytes()) for path in paths}
    with tarfile.open(ARCHIVE) as archive:
        return {
            member.name: json.loads(archive.extractfile(member).read())
            for member in archive
            if member.name.endswith(".jsonld")
        }


DOCUMENTS = read_suite()


def cases():
    """Manifest entries for JSON-LD 1.1, with the address their paths are relative to."""
    for name in ("expand", "compact"):
        manifest = DOCUMENTS[f"{name}-manifest.jsonld"]
        for case in manifest["sequence"]:
            if case.get("option", {}).get("specVersion") != "json-ld-1.0":
                yield pytest.param(name, case, manifest["baseIri"], id=name + case["@id"])


def result_of(processor, name, case, base):
    given = case.get("option", {})
    options = {option: given[option] for option in OPTIONS if option in given}
    options["base"] = given.get("base", base + case["input"])
    options["documentLoader"] = StaticDocumentLoader(
        {base + path: document for path, document in DOCUMENTS.items()}
    )
    if "expandContext" in given:
        options["expandContext"] = DOCUMENTS[given["expandContext"]]
    document = DOCUMENTS[case["input"]]
    if name == "expand":
        return processor.expand(document, options)
    return processor.compact(document, DOCUMENTS[case["context"]], options)


def sorted_sets(value, key=""):
    """The value with arrays in one order, except lists, whose order says something."""
    if isinstance(value, dict):
        return {name: sorted_sets(child, name) for name, child in value.items()}
    if isinstance(value, list):
        children = [sorted_sets(child) for child in value]
        return (
            children
            if key == "@list"
            else sorted(children, key=partial(json.dumps, sort_keys=True))
        )
    return value


@pytest.mark.parametrize(("name", "case", "base"), list(cases()))
def test_case_of_the_w3c(name, case, base):
    if "expectErrorCode" in case:
        with pytest.raises(jsonld.JsonLdError) as refusal:
            result_of(Expander(), name, case, base)
        assert case["expectErrorCode"] in _codes(refusal.value)
    else:
        result = result_of(Expander(), name, case, base)
        assert sorted_sets(result) == sorted_sets(DOCUMENTS[case["expect"]])
        in_the_same_order = json.dumps(result_of(jsonld.JsonLdProcessor(), name, case, base))
        assert json.dumps(result) == in_the_same_order


def _codes(error):
    while error is not None:
        yield getattr(error, "code", None)
        error = error.__cause__
