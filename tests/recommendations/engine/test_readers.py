import pytest

from recommendations.engine.errors import EngineError
from recommendations.engine.readers import read_citeulike, read_lightgcn


def test_lightgcn_lines_are_a_person_and_their_items(tmp_path):
    (tmp_path / "train.txt").write_text("0 3 5\n7 5\n8\n")
    (tmp_path / "test.txt").write_text("0 9\n7 3\n55 3\n")
    train, test = read_lightgcn(tmp_path)
    assert train.people.tolist() == [0, 7]
    assert train.items.tolist() == [3, 5, 9]
    assert train.matrix.toarray().tolist() == [[1, 1, 0], [0, 1, 0]]
    assert test.toarray().tolist() == [[0, 0, 1], [1, 0, 0]]


def test_citeulike_rows_begin_with_their_count_and_rare_tags_are_left_out(tmp_path):
    (tmp_path / "users.dat").write_text("2 0 1\n1 1\n")
    (tmp_path / "item-tag.dat").write_text("2 10 11\n1 10\n0\n")
    data = read_citeulike(tmp_path)
    assert data.matrix.toarray().tolist() == [[1, 1, 0], [0, 1, 0]]
    assert data.attribute_names.tolist() == ["tag:10"]
    assert data.attributes.toarray().tolist() == [[1, 1, 0]]


@pytest.mark.parametrize("line", ["0 x", "0 1.5", f"0 {2**70}"])
def test_a_line_that_is_not_integers_is_named(tmp_path, line):
    (tmp_path / "train.txt").write_text(f"0 1\n{line}\n")
    (tmp_path / "test.txt").write_text("0 1\n")
    with pytest.raises(EngineError, match=r"train\.txt, line 2"):
        read_lightgcn(tmp_path)


def test_a_wrong_count_is_named(tmp_path):
    (tmp_path / "users.dat").write_text("3 0 1\n")
    (tmp_path / "item-tag.dat").write_text("0\n0\n")
    with pytest.raises(EngineError, match="the count is wrong"):
        read_citeulike(tmp_path)
