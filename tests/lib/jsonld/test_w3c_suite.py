"""W3C's JSON-LD 1.1 cases of expanding and compacting, served by our loader.

They do not travel with the code. Get them once and say where their manifests are:

    git clone --depth 1 https://github.com/w3c/json-ld-api
    JSONLD_SUITE=json-ld-api/tests pytest tests/lib/jsonld/test_w3c_suite.py
"""

import json
import os
from functools import partial
from pathlib import Path

import pytest
from pyld import jsonld

from recsys.lib.jsonld.loader import StaticDocumentLoader

SUITE = Path(os.environ.get("JSONLD_SUITE", "absent"))
# PyLD warns where a document uses a word that JSON-LD keeps for itself; some cases are about that.
pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")

OPTIONS = ("compactArrays", "compactToRelative", "ordered", "processingMode")

if not SUITE.is_dir():
    pytest.skip("JSONLD_SUITE does not name the tests of w3c/json-ld-api", allow_module_level=True)


def cases():
    """Manifest entries for JSON-LD 1.1, with the address their paths are relative to."""
    for name in ("expand", "compact"):
        manifest = json.loads((SUITE / f"{name}-manifest.jsonld").read_text("utf-8"))
        for case in manifest["sequence"]:
            if case.get("option", {}).get("specVersion") != "json-ld-1.0":
                yield pytest.param(name, case, manifest["baseIri"], id=name + case["@id"])


@pytest.fixture(scope="module")
def documents():
    """Every document of the suite by its path, none of them fetched."""
    paths = (path for kind in ("expand", "compact") for path in (SUITE / kind).rglob("*.jsonld"))
    return {str(path.relative_to(SUITE)): json.loads(path.read_text("utf-8")) for path in paths}


def result_of(name, case, base, documents):
    given = case.get("option", {})
    options = {option: given[option] for option in OPTIONS if option in given}
    options["base"] = given.get("base", base + case["input"])
    options["documentLoader"] = StaticDocumentLoader(
        {base + path: document for path, document in documents.items()}
    )
    if "expandContext" in given:
        options["expandContext"] = documents[given["expandContext"]]
    document = documents[case["input"]]
    if name == "expand":
        return jsonld.expand(document, options)
    return jsonld.compact(document, documents[case["context"]], options)


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
def test_case_of_the_w3c(name, case, base, documents):
    if "expectErrorCode" in case:
        with pytest.raises(jsonld.JsonLdError) as refusal:
            result_of(name, case, base, documents)
        assert case["expectErrorCode"] in _codes(refusal.value)
    else:
        result = result_of(name, case, base, documents)
        assert sorted_sets(result) == sorted_sets(documents[case["expect"]])


def _codes(error):
    while error is not None:
        yield getattr(error, "code", None)
        error = error.__cause__
