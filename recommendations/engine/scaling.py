"""Diagonal scalings of sparse matrices."""

import numpy as np
from scipy.sparse import csr_array, diags_array

from recommendations.engine.interactions import Floats, row_sums


def inverse_power(values: Floats, exponent: float) -> Floats:
    """values^-exponent, and 0 where the value is 0."""
    safe = np.where(values > 0, values, 1).astype(np.float32)
    return np.where(values > 0, safe**-exponent, 0).astype(np.float32)


def scaled_rows(matrix: csr_array, exponent: float, factor: float = 1.0) -> csr_array:
    """√factor · D^-exponent/2 · matrix, D the row sums."""
    scale = inverse_power(row_sums(matrix), exponent / 2) * np.float32(factor) ** 0.5
    return (diags_array(scale) @ matrix).tocsr()
