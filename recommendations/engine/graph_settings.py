"""The exponents of the item graph, apart from it: serving knows them without the compiler."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemGraphSettings:
    """γ, α, β, λ and K of `item_graph`'s formula."""

    person_exponent: float = 1.0
    row_exponent: float = 0.7
    column_exponent: float = 0.2
    attribute_weight: float = 0.5
    neighbours: int = 200
