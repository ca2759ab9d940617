"""What an imported dataset is here: whose ids are which accounts and items, and their rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from types import MappingProxyType

from accounts.data import NewPerson
from accounts.services import find_people, import_people, lock_house_seller
from bidding.data import Offer
from bidding.services import import_offers
from inventory.data import ItemName, NewCategory, NewItem
from inventory.services import (
    find_items,
    import_categories,
    import_items,
    import_keywords,
    import_watches,
    open_lots,
    rename_items,
)
from recommendations.data import EventKind, NewEvent
from recommendations.descriptions import Description, Name
from recommendations.interactions import BID, WATCH, Interaction
from recommendations.services.events import import_events
from recsys.lib.naming import slug_of
from recsys.lib.retry import retried_transaction


@dataclass(frozen=True)
class Dataset:
    """Another system's people and items, by `name`; `at` is when what carries no time happened.

    People are known by their id at the provider `import:name`, items by the house's slug
    `name-id`. Each method is one transaction and returns how many rows of which sort are new.
    """

    name: str
    at: datetime

    @retried_transaction
    def store(self, rows: Sequence[Interaction]) -> Counter[str]:
        """Add interactions, in the order given, with the people and items they name."""
        house = lock_house_seller()
        new: Counter[str] = Counter(rows=len(rows))
        people = self._people((row.user for row in rows), new)
        items = self._items((row.item for row in rows), house, new)
        new["watches"] = self._watch([r for r in rows if r.kind == WATCH], people, items)
        new["bids"] = self._bid([r for r in rows if r.kind == BID], people, items)
        events = [row for row in rows if row.kind not in (WATCH, BID)]
        new["events"] = import_events([self._event(row, people, items) for row in events])
        return new

    @retried_transaction
    def describe(self, descriptions: Sequence[Description]) -> Counter[str]:
        """Give items their names, where there are any, their keywords and categories."""
        house = lock_house_seller()
        new: Counter[str] = Counter()
        since = {said.item: said.name.at for said in descriptions if said.name}
        items = self._items((said.item for said in descriptions), house, new, since)
        rename_items(
            {
                items[said.item]: self._name(said.item, said.name)
                for said in descriptions
                if said.name
            }
        )
        firsts = dict.fromkeys(said.category for said in descriptions if said.category)
        categories = import_categories(map(self._category, firsts))
        new["statements"] = import_keywords(
            {items[said.item]: said.keywords for said in descriptions},
            {
                items[said.item]: categories[slug_of(self.name, said.category)]
                for said in descriptions
                if said.category
            },
        )
        return new

    def _people(self, uids: Iterable[str], new: Counter[str]) -> dict[str, int]:
        provider, uids = f"import:{self.name}", dict.fromkeys(uids)
        known = find_people(provider=provider, uids=uids)
        newcomers = [
            NewPerson(uid=uid, username=f"{self.name}_{uid}") for uid in uids if uid not in known
        ]
        created = import_people(provider=provider, people=newcomers)
        new["people"] += len(created)
        return known | created

    def _items(
        self,
        names: Iterable[str],
        house: int,
        new: Counter[str],
        since: Mapping[str, datetime | None] = MappingProxyType({}),
    ) -> dict[str, int]:
        slugs = {name: slug_of(self.name, name) for name in dict.fromkeys(names)}
        known = find_items(seller_id=house, slugs=slugs.values())
        newcomers = [
            NewItem(
                seller_id=house,
                slug=slug,
                title=self._title(name),
                created_at=since.get(name) or self.at,
            )
            for name, slug in slugs.items()
            if slug not in known
        ]
        created = import_items(newcomers)
        new["items"] += len(created)
        ids = known | {slug: pk for (_, slug), pk in created.items()}
        return {name: ids[slug] for name, slug in slugs.items()}

    def _watch(
        self, rows: Sequence[Interaction], people: Mapping[str, int], items: Mapping[str, int]
    ) -> int:
        return import_watches(
            user_ids=[people[row.user] for row in rows],
            item_ids=[items[row.item] for row in rows],
            times=[row.at or self.at for row in rows],
        )

    def _bid(
        self, rows: Sequence[Interaction], people: Mapping[str, int], items: Mapping[str, int]
    ) -> int:
        open_lots({items[row.item] for row in rows})
        return import_offers(
            [
                Offer(
                    items[row.item],
                    people[row.user],
                    row.at or self.at,
                    is_dated=row.at is not None,
                )
                for row in rows
            ]
        )

    def _event(
        self, row: Interaction, people: Mapping[str, int], items: Mapping[str, int]
    ) -> NewEvent:
        """Known again by all it says: an event without a time counts once for person and item."""
        said = f"{self.name}\0{row.user}\0{row.item}\0{row.kind}\0{row.at or ''}"
        return NewEvent(
            people[row.user],
            items[row.item],
            EventKind(row.kind),
            row.value,
            row.at or self.at,
            f"import-{blake2b(said.encode(), digest_size=16).hexdigest()}",
        )

    def _category(self, keyword: str) -> NewCategory:
        name = self._title(keyword) if keyword.isdecimal() else keyword
        return NewCategory(slug_of(self.name, keyword), name[:120])

    def _name(self, item: str, name: Name) -> ItemName:
        return ItemName(name.title or self._title(item), name.description, name.is_hidden)

    def _title(self, name: str) -> str:
        return f"{self.name.replace('_', ' ').capitalize()} {name}"[:200]
