import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command


def write_lists(path, rows):
    lines = (" ".join(map(str, [person, *items])) for person, items in enumerate(rows) if items)
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def tastes(tmp_path):
    """Forty people of two tastes; each person's last two items are the test part."""
    rng = np.random.default_rng(0)
    liked = [(2 * rng.permutation(15)[:8] + person % 2).tolist() for person in range(40)]
    write_lists(tmp_path / "train.txt", [items[:-2] for items in liked])
    write_lists(tmp_path / "test.txt", [items[-2:] for items in liked])
    return tmp_path


def evaluated(capsys, *arguments):
    call_command("evaluate_model", *arguments, "--json", "-v0")
    return json.loads(capsys.readouterr().out)


def test_the_engine_is_judged_beside_popularity_on_the_test_part(tastes, capsys):
    report = evaluated(capsys, f"--data={tastes}", "--k=5")
    assert report["k"] == 5
    assert report["people"] == 40
    assert report["interactions"] == 40 * 6
    assert 1 >= report["recall"] > 1.3 * report["popularity"]["recall"] > 0
    assert any(part["weight"] for part in report["chosen"])


def test_the_same_seed_reports_the_same_figures(tastes, capsys):
    first, second = (evaluated(capsys, f"--data={tastes}", "--seed=3") for _ in range(2))
    assert (first["recall"], first["ndcg"]) == (second["recall"], second["ndcg"])


def test_a_directory_without_the_files_is_one_line(tmp_path):
    with pytest.raises(CommandError, match=r"train\.txt"):
        call_command("evaluate_model", f"--data={tmp_path}", "--json")


def test_lines_that_are_no_lists_are_named(tastes):
    (tastes / "test.txt").write_text("0 one\n")
    with pytest.raises(CommandError, match=r"test\.txt, line 1"):
        call_command("evaluate_model", f"--data={tastes}", "--json")
