"""The item graph: degree-normalised co-occurrence over people and attribute values.

    S = D^-α (Rᵀ Du^-γ R + λ Aᵀ Dt^-1 A) D^-β,   best K per row

With γ = 1 it is the three-step random walk item → person → item with its popularity re-weighted
(RP3β: Paudel et al., "Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive
Applications", ACM TiiS 2017); attributes join as pseudo-people. D is the items' summed degree.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags_array

from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.interactions import Interactions, column_sums
from recommendations.engine.models import Graph
from recommendations.engine.neighbours import as_matrix, best_neighbours
from recommendations.engine.pseudo_people import stack
from recommendations.engine.scaling import inverse_power, scaled_rows


def fit_item_graph(
    data: Interactions, settings: ItemGraphSettings, live: NDArray[np.bool_] | None = None
) -> Graph:
    """Rows are all items ever, columns only those that are `live` (I,): ended lots still teach."""
    degree = column_sums(data.matrix)
    parts = [scaled_rows(data.matrix, settings.person_exponent)]
    if data.attributes is not None:
        degree = degree + settings.attribute_weight * column_sums(data.attributes)
        parts.append(scaled_rows(data.attributes, 1.0, settings.attribute_weight))
    people = stack(parts)
    column_scale = inverse_power(degree, settings.column_exponent)
    if live is not None:
        column_scale = np.where(live, column_scale, 0).astype(np.float32)
    edges = as_matrix(*best_neighbours(people, column_scale, settings.neighbours))
    row_scale = inverse_power(degree, settings.row_exponent)
    return Graph((diags_array(row_scale) @ edges @ diags_array(column_scale)).tocsr())
