from collections import defaultdict

from inventory.data import CategoryNode
from inventory.models import Category


class CategoryTree:
    """All categories, read in one query: there are as many as people can keep in mind."""

    def __init__(self) -> None:
        rows = Category.objects.order_by("name", "id").values_list("id", "name", "slug", "parent")
        self._below: dict[int | None, list[tuple[int, str, str, int | None]]] = defaultdict(list)
        for row in rows:
            self._below[row[3]].append(row)
        self.roots = self._nodes(None)
        self.by_slug = {n.slug: n for root in self.roots for n in root.with_descendants()}
        self.by_id = {node.id: node for node in self.by_slug.values()}

    def _nodes(self, parent: int | None) -> tuple[CategoryNode, ...]:
        return tuple(CategoryNode(*row, self._nodes(row[0])) for row in self._below[parent])

    def path(self, node: CategoryNode) -> list[CategoryNode]:
        """From the root down to `node`, itself included."""
        path = [node]
        while path[0].parent is not None:
            path.insert(0, self.by_id[path[0].parent])
        return path

    def find(self, name: str) -> CategoryNode | None:
        """The category of this slug, or of this id."""
        by_id = self.by_id.get(int(name)) if name.isascii() and name.isdigit() else None
        return self.by_slug.get(name) or by_id
