import time

import orjson
import pytest

from recsys.lib.errors import DomainError
from recsys.lib.jsonld.errors import DocumentTooLarge, InvalidDocument, UnknownContext
from recsys.lib.jsonld.limits import MAX_DEPTH, MAX_NODES, check_shape, parse
from recsys.lib.jsonld.processor import expand
from recsys.lib.jsonld.statements import expand_to_statements

REMOTE = "https://attacker.example/context"
TERMS = {f"t{n}": f"http://x/{n}" for n in range(400)}
HOSTILE = {
    "brackets": b"[" * 100_000,
    "braces": b'{"a":' * 50_000,
    "twenty megabytes": b'"' + b"a" * 20_000_000 + b'"',
    "nul": rb'{"http://x/a": "\u0000"}',
    "nul in a key": rb'{"http://x/\u0000": 1}',
    "lone surrogate": rb'{"http://x/a": "\ud800"}',
    "not json": b"{'a': 1}",
    "not utf-8": b'{"a": "\xff"}',
    "not a number": b'{"http://x/a": NaN}',
    "infinite": b'{"http://x/a": 1e999}',
    "integer beyond 64 bits": b'{"http://x/a": 123456789012345678901234567890}',
    "bare string": b'"https://attacker.example/document"',
    "bare number": b"7",
    "context address": b'{"@context": "https://attacker.example/context"}',
    "relative context address": b'{"@context": "context.jsonld"}',
    "context address in a list": b'{"@context": [{}, "https://attacker.example/context"]}',
    "import": b'{"@context": {"@version": 1.1, "@import": "https://attacker.example/context"}}',
    "import of a bundled context": b'{"@context": {"@import": "https://schema.org/"}}',
    "scoped context": (
        b'{"@context": {"a": {"@id": "http://x/a",'
        b' "@context": "https://attacker.example/context"}}}'
    ),
    "nested context": b'{"http://x/a": {"@context": "https://attacker.example/context"}}',
    "contexts": b'{"@context": [' + b",".join([b'{"a": "http://x/a"}'] * 1_000) + b"]}",
    "terms": (
        b'{"@context": {'
        + b",".join(b'"t%d": "http://x/%d"' % (n, n) for n in range(3_000))
        + b"}}"
    ),
    "nodes": b'{"http://x/a": [' + b",".join([b"{}"] * 1_001) + b"]}",
    "values": b'{"http://x/a": [' + b",".join([b"1"] * 100_000) + b"]}",
    "terms that define each other": b'{"@context": {"a": "b:x", "b": "a:x"}, "a": 1}',
    "context of a wrong type": b'{"@context": 5}',
    "id of a wrong type": b'{"@id": 5}',
    "type of a wrong type": b'{"@type": 5}',
    "value of a wrong type": b'{"http://x/a": {"@value": {}}}',
    "language of a wrong type": b'{"http://x/a": {"@value": "a", "@language": 5}}',
    "iri without end": b'{"http://x/' + b"a" * 1_000 + b'": 1}',
    "language without end": (
        b'{"http://x/a": {"@value": "a", "@language": "en-' + b"-".join([b"abcdefgh"] * 9) + b'"}}'
    ),
    "base without end": orjson.dumps(
        {
            "@context": {"@base": "http://x/" + "a/" * 50_000},
            "http://x/a": [{"@id": f"../{n}"} for n in range(900)],
        }
    ),
    "vocabulary without end": orjson.dumps(
        {"@context": {"@vocab": "http://x/" + "a" * 100_000}} | {f"k{n}": 1 for n in range(3_900)}
    ),
    "prefix without end": orjson.dumps(
        {"@context": {"p": "http://x/" + "a" * 100_000 + "/"}}
        | {f"p:{n}": 1 for n in range(3_900)}
    ),
    "relative reference without end": orjson.dumps({"@id": "a/" * 120_000}),
    "aliased reference without end": orjson.dumps(
        {"@context": {"id": "@id"}, "id": "a/" * 120_000}
    ),
    "chain of terms": orjson.dumps(
        {"@context": {f"t{n}": f"t{n + 1}:x" for n in range(490)}, "t0": 1}
    ),
    "chain of datatypes": orjson.dumps(
        {
            "@context": {
                f"t{n}": {"@id": f"http://x/{n}", "@type": f"t{n + 1}:x"} for n in range(490)
            },
            "t0": 1,
        }
    ),
    "scoped context at every node": orjson.dumps(
        {
            "@context": {"a": {"@id": "http://x/a", "@context": TERMS}},
            "a": [{"t1": n} for n in range(900)],
        }
    ),
    "context of a type at every node": orjson.dumps(
        {
            "@context": {"T": {"@id": "http://x/T", "@context": TERMS}},
            "http://x/a": [{"@type": ["T"], "t1": n} for n in range(900)],
        }
    ),
    "bundled context of a type at every node": orjson.dumps(
        {
            "@context": {"T": {"@id": "http://x/T", "@context": "https://schema.org/"}},
            "http://x/a": [{"@type": "T", "name": "a"} for _ in range(900)],
        }
    ),
    "language that is none": b'{"http://x/a": {"@value": "a", "@language": "not a tag!"}}',
    "key twice": b'{"http://x/a": 1, "http://x/b": {"http://x/c": 1, "http://x/c": 2}}',
    "context twice": b'{"@context": "https://attacker.example/", "@context": {}}',
    "behind each other": (
        b'{"@context": ['
        + b",".join(b'{"t%d": "http://x/"}, "https://schema.org/"' % n for n in range(4))
        + b"]}"
    ),
}


DEAREST = {
    "name": "Dear",
    "@context": {"name": "http://schema.org/name"},
    "http://x/a": [
        {"@id": f"http://x/{n}", "http://x/b": n, "http://x/c": [n]} for n in range(790)
    ],
}
"""About what a document that is accepted may cost at most: nearly all nodes and values allowed."""
DEAREST_BODY = orjson.dumps(DEAREST)


def cost(work):
    """CPU seconds of `work`."""
    started = time.process_time()
    work()
    return time.process_time() - started


def least_cost(work):
    return min(cost(work) for _ in range(3))


def is_cheaper(work, than, known):
    """Whether it costs less than `than`, whose least cost is `known`.

    Where the machine stood still or has become slower meanwhile, both are measured by turns.
    """
    return cost(work) < known or any(cost(work) < cost(than) for _ in range(10))


def accept():
    expand_to_statements(parse(DEAREST_BODY))


@pytest.fixture(scope="module")
def accepting_costs(warm):
    return least_cost(accept)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_document_is_refused_with_its_cause_at_less_than_an_accepted_one_costs(
    body, accepting_costs
):
    refusals = []

    def refuse():
        with pytest.raises(DomainError) as refusal:
            expand_to_statements(parse(body))
        refusals.append(refusal.value)

    assert is_cheaper(refuse, accept, accepting_costs)
    assert 400 <= refusals[0].status < 500
    assert len(refusals[0].detail) > 20


class Unopened(list):
    def __iter__(self):
        raise AssertionError("looked inside")


@pytest.mark.parametrize("member", [1, {}, []])
def test_bomb_is_counted_without_being_opened(member):
    with pytest.raises(DocumentTooLarge, match="values"):
        check_shape({"http://x/a": Unopened([member] * 100_000)})


@pytest.mark.parametrize(
    "document",
    [
        {"@context": REMOTE},
        {"@context": {"@import": REMOTE}},
        {"@context": {"a": {"@id": "http://x/a", "@context": REMOTE}}, "a": {}},
        {"http://x/a": [{"@context": REMOTE}]},
    ],
)
def test_remote_context_is_refused_by_name(document):
    with pytest.raises(UnknownContext):
        expand(document)


def test_refusal_of_a_remote_context_names_it_and_the_known_ones():
    with pytest.raises(UnknownContext, match=REMOTE) as refusal:
        expand({"@context": REMOTE})
    assert "https://schema.org/" in refusal.value.detail


def test_brackets_are_refused_as_too_deep():
    with pytest.raises(DocumentTooLarge, match="32 levels"):
        parse(HOSTILE["brackets"])


def test_bare_string_is_not_followed():
    with pytest.raises(InvalidDocument, match="not followed"):
        expand("https://attacker.example/document")


def test_deepest_allowed_nesting_passes_and_one_more_does_not():
    value: object = 1
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    check_shape(value)
    with pytest.raises(DocumentTooLarge, match="nested"):
        check_shape([value])


def test_most_nodes_allowed_pass_and_one_more_does_not():
    check_shape([{} for _ in range(MAX_NODES)])
    with pytest.raises(DocumentTooLarge, match="nodes"):
        check_shape([{} for _ in range(MAX_NODES + 1)])


def test_list_that_holds_itself_is_refused():
    endless: list[object] = []
    endless += [endless, endless]
    with pytest.raises(DocumentTooLarge):
        check_shape(endless)


@pytest.mark.parametrize("value", [b"bytes", {1: "a"}, {"a": {1, 2}}, float("nan"), 2**63])
def test_what_is_no_json_is_refused(value):
    with pytest.raises(InvalidDocument):
        check_shape(value)
