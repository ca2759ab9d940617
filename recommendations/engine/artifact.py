"""A trained model on disk: plain arrays, a manifest, and nothing that can run.

    ROOT/VERSION/manifest.json      format, shapes, dtypes, sizes and sha256 of every array, and
                                    what the caller adds: data window, parameters, metrics
    ROOT/VERSION/items.npy …        ids and edges together, loaded memory-mapped

Written into a hidden directory beside its place and renamed when complete: a fit killed half-way
or a full disk leaves no version behind. Loading checks everything before anything is used.
"""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recommendations.engine.errors import EngineError
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.interactions import Ids
from recommendations.engine.newcomers import AttributeIndex

FORMAT = "recsys-graph-2"
DTYPES = {
    "items": "int64", "indptr": "int64", "indices": "int32", "edges": "float32",
    "degrees": "float32", "names": "int64", "attribute_indptr": "int64",
    "attribute_indices": "int32", "attributes": "float32",
}  # fmt: skip
"""The allow-list: every array an artifact holds, and nothing else."""
KEYS = {"format", "arrays", "placing", "about"}


@dataclass(frozen=True, eq=False)
class Artifact:
    """`items` (I,), `edges` (I, I), the caller's `about`, and the sha256 that names the whole.

    `index` places items that come after the fit; its attributes' names are 64-bit keys.
    """

    items: Ids
    edges: csr_array
    index: AttributeIndex
    about: dict[str, Any]
    sha256: str
    size: int


def write_artifact(  # noqa: PLR0913, PLR0917 (what a version consists of)
    root: Path, version: str, items: Ids, edges: csr_array, index: AttributeIndex, about: Any
) -> Artifact:
    """Write, move into place atomically, and read back verified.

    Raises EngineError `artifact_exists` for a version that is there, OSError if the disk refuses.
    """
    target = root / version
    if target.exists():
        raise EngineError("artifact_exists", f"{version} exists already.")
    root.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=root))
    try:
        arrays = {
            "items": items, "indptr": edges.indptr, "indices": edges.indices, "edges": edges.data,
            "degrees": index.item_degrees, "names": index.names,
            "attribute_indptr": index.attributes.indptr,
            "attribute_indices": index.attributes.indices, "attributes": index.attributes.data,
        }  # fmt: skip
        manifest = {
            "format": FORMAT,
            "arrays": {name: _write(draft, name, array) for name, array in arrays.items()},
            "placing": {"settings": asdict(index.settings), "scale": index.scale},
            "about": about,
        }
        _synced(draft / "manifest.json", json.dumps(manifest, sort_keys=True, indent=1).encode())
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return read_artifact(target)


def read_artifact(path: Path, sha256: str | None = None) -> Artifact:
    """Load memory-mapped, after checking hashes, keys, types and shapes.

    `sha256`, where given, is what the registry expects. Raises EngineError with the reason
    `artifact_missing`, `artifact_manifest`, `artifact_keys`, `artifact_truncated`,
    `artifact_damaged` or `artifact_shape`.
    """
    manifest, found = _manifest(path)
    if sha256 not in (None, found):
        raise EngineError("artifact_damaged", "The manifest is not the one that was registered.")
    arrays = {name: _read(path, name, told) for name, told in manifest["arrays"].items()}
    _check_shapes(arrays)
    size, names = arrays["items"].size, arrays["names"]
    edges = csr_array(
        (arrays["edges"], arrays["indices"], arrays["indptr"]), shape=(size, size), copy=False
    )
    attributes = csr_array(
        (arrays["attributes"], arrays["attribute_indices"], arrays["attribute_indptr"]),
        shape=(names.size, size),
        copy=False,
    )
    index = AttributeIndex(names, attributes, arrays["degrees"], *_placing(manifest))
    total = sum(told["bytes"] for told in manifest["arrays"].values())
    return Artifact(arrays["items"], edges, index, manifest["about"], found, total)


def check_whole(path: Path, sha256: str) -> None:
    """By its manifest and the sizes of its files, without reading them; raises EngineError."""
    manifest, found = _manifest(path)
    if sha256 != found:
        raise EngineError("artifact_damaged", "The manifest is not the one that was registered.")
    for name, told in manifest["arrays"].items():
        _check_size(path / f"{name}.npy", told)


def _check_size(file: Path, told: dict[str, Any]) -> None:
    if file.stat().st_size != told["bytes"]:
        raise EngineError("artifact_truncated", f"{file.name} has another size than it should.")


def _write(directory: Path, name: str, array: NDArray[Any]) -> dict[str, Any]:
    path = directory / f"{name}.npy"
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array, DTYPES[name]), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return {"shape": [array.size], "bytes": path.stat().st_size, "sha256": _digest(path)}


def _synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(path: Path) -> tuple[dict[str, Any], str]:
    try:
        content = (path / "manifest.json").read_bytes()
    except FileNotFoundError as error:
        raise EngineError("artifact_missing", f"There is no artifact at {path}.") from error
    try:
        manifest = json.loads(content)
        known = manifest["format"] == FORMAT and set(manifest) == KEYS
        told = {name: set(array) for name, array in manifest["arrays"].items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise EngineError("artifact_manifest", "The manifest cannot be read.") from error
    if not known or any(keys != {"shape", "bytes", "sha256"} for keys in told.values()):
        raise EngineError("artifact_manifest", "The manifest has another format.")
    files = {file.stem for file in path.glob("*.npy")}
    if not set(told) == files == set(DTYPES):
        raise EngineError("artifact_keys", f"Expected {sorted(DTYPES)}, found {sorted(files)}.")
    return manifest, hashlib.sha256(content).hexdigest()


def _placing(manifest: dict[str, Any]) -> tuple[ItemGraphSettings, float]:
    try:
        placing = manifest["placing"]
        return ItemGraphSettings(**placing["settings"]), float(placing["scale"])
    except (LookupError, TypeError, ValueError) as error:
        raise EngineError("artifact_manifest", "The manifest cannot be read.") from error


def _read(path: Path, name: str, told: dict[str, Any]) -> NDArray[Any]:
    file = path / f"{name}.npy"
    _check_size(file, told)
    if _digest(file) != told["sha256"]:
        raise EngineError("artifact_damaged", f"{file.name} is not what was written.")
    try:
        array: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
    except ValueError as error:
        raise EngineError("artifact_shape", f"{file.name} holds no plain array.") from error
    if array.dtype != DTYPES[name] or list(array.shape) != told["shape"]:
        raise EngineError("artifact_shape", f"{file.name} is {array.dtype} {array.shape}.")
    return array


def _check_shapes(arrays: dict[str, NDArray[Any]]) -> None:
    """A graph that would index outside itself is refused, whatever its hashes say."""
    items, names = arrays["items"], arrays["names"]
    sound = (
        _is_sparse(arrays["indptr"], arrays["indices"], arrays["edges"], items.size, items.size)
        and _is_sparse(
            arrays["attribute_indptr"],
            arrays["attribute_indices"],
            arrays["attributes"],
            names.size,
            items.size,
        )
        and arrays["degrees"].size == items.size
        and bool(np.isfinite(arrays["degrees"]).all())
        and _ascends(items)
        and _ascends(names)
    )
    if not sound:
        raise EngineError("artifact_shape", "The arrays do not fit together.")


def _ascends(ids: NDArray[Any]) -> bool:
    """Compared, not subtracted: the distance of two 64-bit keys need not fit 64 bits."""
    return bool((ids[1:] > ids[:-1]).all())


def _is_sparse(
    indptr: NDArray[Any], indices: NDArray[Any], data: NDArray[Any], rows: int, columns: int
) -> bool:
    return (
        indptr.size == rows + 1
        and indptr[0] == 0
        and indptr[-1] == indices.size == data.size
        and bool((indptr[1:] >= indptr[:-1]).all())
        and (indices.size == 0 or bool(indices.min() >= 0 and indices.max() < columns))
        and bool(np.isfinite(data).all())
    )
