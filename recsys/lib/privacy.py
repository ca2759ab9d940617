"""What is stored about a person, declared by each app for its own tables.

accounts, the lowest floor, exports and erases people without knowing who stores what: every app
declares in its `privacy.py` which rows are about a person and what becomes of them. A test walks
all models and fails for one that reaches a person and is neither declared nor exempt.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import JSONField, Model, QuerySet

from recsys.lib.bulk import keyset_batches
from recsys.lib.jsonld.addresses import address

ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Erasure:
    """A person being forgotten.

    `alias` is the id of an account without a name, under which stays what an auction's record
    needs; `names` is what must not be left behind in texts.
    """

    person: int
    alias: int
    names: tuple[str, ...]
    now: datetime


def delete_rows(rows: QuerySet[Any], _erasure: Erasure) -> None:
    rows.delete()


def keep_under_alias(field: str) -> Callable[[QuerySet[Any], Erasure], None]:
    def reassign(rows: QuerySet[Any], erasure: Erasure) -> None:
        rows.update(**{field: erasure.alias})

    return reassign


@dataclass(frozen=True)
class Holding:
    """The rows of `model` that are about the person at the end of `path`.

    `find` says which rows, where a path alone cannot. `secret` fields (hashes, keys) would let a
    reader of the export in, and stay out of it.
    """

    model: type[Model]
    path: str
    section: str
    erase: Callable[[QuerySet[Any], Erasure], None] = delete_rows
    find: Callable[[int], QuerySet[Any]] | None = None
    secret: frozenset[str] = frozenset()

    def rows(self, person: int) -> QuerySet[Any]:
        if self.find is not None:
            return self.find(person)
        return QuerySet(self.model).filter(**{self.path: person})

    def fields(self) -> list[Any]:
        """What of a row is told."""
        return [f for f in self.model._meta.concrete_fields if f.name not in self.secret]

    def export(self, person: int) -> Iterator[dict[str, Any]]:
        """Every row about `person`, as stored, without secrets; a batch of rows in memory."""
        fields = self.fields()
        for batch in keyset_batches(self.rows(person), ROWS_AT_ONCE):
            yield from (_as_node(row, fields) for row in batch)


holdings: list[Holding] = []
addresses: dict[type[Model], Callable[[Any], str]] = {}
exemptions: dict[type[Model], str] = {}


def hold(*declared: Holding) -> None:
    """Declare what is stored, from the ground up; it is erased from the top down."""
    holdings.extend(declared)


def exempt(*models: type[Model], reason: str) -> None:
    """Declare that rows of `models` are not about a person although they lead to one."""
    for model in models:
        exemptions[model] = reason


def address_of(model: type[Model], iri: Callable[[Any], str]) -> None:
    """Declare where rows of `model` have an address of their own, by key."""
    addresses[model] = iri


def export_person(person: int) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """(section, rows) for everything stored about `person`, lazily."""
    return ((holding.section, holding.export(person)) for holding in holdings)


def erase_person(erasure: Erasure) -> None:
    """Let every app forget the person, the highest floor first."""
    for holding in reversed(holdings):
        holding.erase(holding.rows(erasure.person), erasure)


def node_id(model: type[Model], key: Any) -> str:
    """The row's own address, or where it stands in the export it is read in."""
    iri = addresses.get(model)
    return iri(key) if iri else f"{address('me', 'export')}#{model._meta.label_lower}/{key}"


def section_word(section: str) -> str:
    """An IRI holds no blanks: a section called by one would carry no statement."""
    return section.replace(" ", "_")


def export_words() -> dict[str, str]:
    """Every word that an export uses, with its meaning: sections, kinds of rows, their fields."""
    words = {"exported_at": "When the export was made."}
    fields: dict[str, dict[str, None]] = {}
    for holding in holdings:
        model = holding.model._meta
        words[section_word(holding.section)] = f"What is stored of a person as {holding.section}."
        words[model.label] = f"A row of {model.verbose_name_plural} (a type)."
        for field in holding.fields():
            if not field.primary_key:
                fields.setdefault(field.name, {})[str(model.verbose_name)] = None
    for name, rows in fields.items():
        words.setdefault(name, f"“{name.replace('_', ' ')}” of: {', '.join(rows)}.")
    return words


def _as_node(row: Any, fields: list[Any]) -> dict[str, Any]:
    node = {"@type": row._meta.label}
    for field in fields:
        value = getattr(row, field.attname)
        if field.primary_key:
            node["@id"] = node_id(type(row), value)
        elif value is not None:
            node[field.name] = _told(field, value)
    return node


def _told(field: Any, value: Any) -> Any:
    """A row's value; JSON is told to the letter, whatever its own words would mean here."""
    if field.related_model:
        return {"@id": node_id(field.related_model, value)}
    if isinstance(field, JSONField):
        return {"@type": "@json", "@value": value}
    return value
