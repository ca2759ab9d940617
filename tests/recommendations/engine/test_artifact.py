import json
import signal
import sys
from dataclasses import replace
from subprocess import run

import numpy as np
import pytest

from recommendations.engine import artifact
from recommendations.engine.artifact import read_artifact, write_artifact
from recommendations.engine.errors import EngineError
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.item_graph import fit_item_graph
from recommendations.engine.newcomers import AttributeIndex

KEY = int(-(2.0**62) * 1.9)
ARRAYS = ["items", "indptr", "indices", "edges", "degrees", "names", "attribute_indptr"]


def write(root, tastes, about):
    """The item graph of `tastes`, with keys for its attributes' names."""
    edges = fit_item_graph(tastes, ItemGraphSettings()).edges
    index = AttributeIndex.of(keyed(tastes), ItemGraphSettings(), scale=2.0)
    return write_artifact(root, "v1", tastes.items, edges, index, about)


def keyed(tastes):
    """Keys as far apart as 64 bits allow."""
    names = np.linspace(-(2.0**62) * 1.9, 2.0**62 * 1.9, tastes.attribute_names.size)
    return replace(tastes, attribute_names=names.astype(np.int64))


@pytest.fixture
def stored(tastes, tmp_path):
    write(tmp_path, tastes, {"metrics": {"ndcg": 0.5}})
    return tmp_path / "v1"


def reason_of(path, **options):
    with pytest.raises(EngineError) as refusal:
        read_artifact(path, **options)
    return refusal.value.reason


def resigned(path, **changes):
    """Rewrite one array and the manifest's word on it, as somebody malicious would."""
    manifest = json.loads((path / "manifest.json").read_text())
    for name, array in changes.items():
        np.save(path / f"{name}.npy", array)
        file = path / f"{name}.npy"
        manifest["arrays"][name] = {
            "shape": list(array.shape),
            "bytes": file.stat().st_size,
            "sha256": artifact._digest(file),
        }
    (path / "manifest.json").write_text(json.dumps(manifest))


def test_what_was_written_is_what_is_read_and_it_is_memory_mapped(stored, tastes):
    loaded = read_artifact(stored)
    expected = fit_item_graph(tastes, ItemGraphSettings()).edges
    assert loaded.edges.toarray().tolist() == expected.toarray().tolist()
    assert loaded.items.tolist() == tastes.items.tolist()
    assert loaded.about == {"metrics": {"ndcg": 0.5}}
    assert isinstance(loaded.items, np.memmap)
    placed = loaded.index.place([KEY])[1].toarray()
    index = AttributeIndex.of(keyed(tastes), ItemGraphSettings(), scale=2.0)
    assert placed.tolist() == index.place([KEY])[1].toarray().tolist()
    assert read_artifact(stored, sha256=loaded.sha256).size == loaded.size


def test_a_version_is_written_once(stored, tastes):
    with pytest.raises(EngineError) as refusal:
        write(stored.parent, tastes, {})
    assert refusal.value.reason == "artifact_exists"


def test_a_write_that_fails_leaves_nothing_behind(tastes, tmp_path):
    with pytest.raises(TypeError):
        write(tmp_path, tastes, {"not": object()})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ARRAYS)
def test_a_truncated_array_is_refused(stored, name):
    file = stored / f"{name}.npy"
    file.write_bytes(file.read_bytes()[:-8])
    assert reason_of(stored) == "artifact_truncated"


@pytest.mark.parametrize("name", ARRAYS)
def test_a_flipped_bit_is_refused(stored, name):
    file = stored / f"{name}.npy"
    content = bytearray(file.read_bytes())
    content[-3] ^= 4
    file.write_bytes(content)
    assert reason_of(stored) == "artifact_damaged"


@pytest.mark.parametrize("name", ["extra", "__class__"])
def test_an_unexpected_key_is_refused(stored, name):
    np.save(stored / f"{name}.npy", np.zeros(3))
    assert reason_of(stored) == "artifact_keys"


def test_a_missing_array_is_refused(stored):
    (stored / "indptr.npy").unlink()
    assert reason_of(stored) == "artifact_keys"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1, "arrays": {}, "about": 0}'])
def test_a_manifest_that_is_none_is_refused(stored, content):
    (stored / "manifest.json").write_text(content)
    assert reason_of(stored) == "artifact_manifest"


def test_nothing_there_is_named(tmp_path):
    assert reason_of(tmp_path / "v9") == "artifact_missing"


def test_another_manifest_than_the_registered_one_is_refused(stored):
    assert reason_of(stored, sha256="0" * 64) == "artifact_damaged"


@pytest.mark.parametrize(
    "changes",
    [
        {"items": np.arange(7)},
        {"items": np.arange(40)[::-1].copy()},
        {"items": np.arange(40.0)},
        {"edges": np.full(3, 1, np.float32)},
        {"indptr": np.zeros(41, np.int64)},
        {"degrees": np.full(40, np.nan, np.float32)},
        {"names": np.arange(7)[::-1].copy()},
        {"attribute_indices": np.full(80, 40, np.int32)},
    ],
)
def test_arrays_that_do_not_fit_together_are_refused_even_with_right_hashes(stored, changes):
    resigned(stored, **changes)
    assert reason_of(stored) == "artifact_shape"


def test_an_index_outside_the_catalogue_is_refused_even_with_right_hashes(stored):
    indices = np.load(stored / "indices.npy")
    indices[0] = 2**30
    resigned(stored, indices=indices)
    assert reason_of(stored) == "artifact_shape"


def test_nan_among_the_edges_is_refused_even_with_right_hashes(stored):
    edges = np.load(stored / "edges.npy")
    edges[0] = np.nan
    resigned(stored, edges=edges)
    assert reason_of(stored) == "artifact_shape"


def test_pickles_are_never_loaded(stored):
    file = stored / "edges.npy"
    np.save(file, np.array([{}]), allow_pickle=True)
    manifest = json.loads((stored / "manifest.json").read_text())
    told = {"bytes": file.stat().st_size, "sha256": artifact._digest(file), "shape": [1]}
    manifest["arrays"]["edges"] = told
    (stored / "manifest.json").write_text(json.dumps(manifest))
    assert reason_of(stored) == "artifact_shape"


@pytest.mark.parametrize("placing", [None, {}, {"settings": {"unheard": 1}, "scale": 1}])
def test_a_manifest_that_places_by_unknown_settings_is_refused(stored, placing):
    manifest = json.loads((stored / "manifest.json").read_text())
    (stored / "manifest.json").write_text(json.dumps({**manifest, "placing": placing}))
    assert reason_of(stored) == "artifact_manifest"


LIMITED = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.{when_full})
from tests.recommendations.engine.conftest import two_tastes
from tests.recommendations.engine.test_artifact import write
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
write(Path(sys.argv[1]), two_tastes(), {{}})
"""


def write_with_little_room(root, when_full):
    """In a process of its own, to which the kernel grants 2,000 bytes a file."""
    command = [sys.executable, "-c", LIMITED.format(when_full=when_full), root]
    return run(command, capture_output=True, text=True, check=False)


def test_a_disk_that_is_full_leaves_no_version_and_nothing_half(tmp_path):
    assert "OSError" in write_with_little_room(tmp_path, "SIG_IGN").stderr
    assert list(tmp_path.iterdir()) == []


def test_a_write_killed_half_way_leaves_no_version_and_the_next_one_succeeds(tmp_path, tastes):
    assert write_with_little_room(tmp_path, "SIG_DFL").returncode == -signal.SIGXFSZ
    assert reason_of(tmp_path / "v1") == "artifact_missing"
    assert write(tmp_path, tastes, {}).items.tolist() == tastes.items.tolist()


def test_serving_does_not_load_the_compiler():
    said = "import sys, recommendations.engine.artifact, recommendations.engine.serving"
    loaded = run(
        [sys.executable, "-c", f"{said}; print('numba' in sys.modules)"],
        capture_output=True,
        check=True,
    )
    assert loaded.stdout == b"False\n"
