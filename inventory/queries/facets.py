"""What a list of items consists of: the ways in which a visitor may narrow it."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count, QuerySet

from inventory.data import CategoryNode, Kind, SearchFacet, SearchFacets
from inventory.models import Item, ItemAttribute
from inventory.queries.categories import CategoryTree
from inventory.queries.metadata import metadata_facets
from recsys.lib.jsonld.vocabulary import shorten

MOST_COUNTED = 2_000
"""Items that are looked at: a longer list is narrowed by kind and category first."""
PREDICATES = 4
VALUES = 8
LONGEST_VALUE = 60


def search_facets(
    rows: QuerySet[Item], tree: CategoryTree, *, below: CategoryNode | None = None
) -> SearchFacets:
    """How many of `rows` (the first 2,000 of them) are of each kind, category and statement.

    Categories are those next below `below`, with all that lies under them. `is_whole` says
    whether the figures are those of all rows. At most seven statements.
    """
    counted = list(
        rows.order_by("id").values_list("id", "kind", "category_id")[: MOST_COUNTED + 1]
    )
    is_whole = len(counted) <= MOST_COUNTED
    kinds = Counter(kind for _, kind, _ in counted)
    return SearchFacets(
        kinds=[SearchFacet(kind, Kind(kind).label, n) for kind, n in sorted(kinds.items())],
        categories=_by_category(Counter(category for *_, category in counted), tree, below),
        statements=_by_statement(rows, [row[0] for row in counted]) if is_whole else {},
        is_whole=is_whole,
    )


def _by_category(
    counts: Counter[int | None], tree: CategoryTree, below: CategoryNode | None
) -> list[SearchFacet]:
    nodes = below.children if below else tree.roots
    sums = ((node, sum(counts[each.id] for each in node.with_descendants())) for node in nodes)
    return [SearchFacet(node.slug, node.name, count) for node, count in sums if count]


def _by_statement(rows: QuerySet[Item], ids: Sequence[int]) -> dict[str, list[SearchFacet]]:
    """By predicate, in short: its commonest values, as expressions that `?meta=` takes."""
    said = (
        ItemAttribute.objects.filter(item__pk__any_of=ids, subject="", number=None)
        .values_list("predicate")
        .annotate(items=Count("item", distinct=True))
        .order_by("-items", "predicate")[:PREDICATES]
    )
    return {
        shorten(predicate): [
            SearchFacet(f'{shorten(predicate)}="{facet.value}"', facet.value, facet.count)
            for facet in metadata_facets(predicate, rows, VALUES)
            if len(facet.value) <= LONGEST_VALUE and '"' not in facet.value
        ]
        for predicate, _ in said
    }
