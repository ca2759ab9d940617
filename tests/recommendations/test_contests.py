"""Models judged on the marketplace's own past, and whether a difference is luck."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recommendations.engine.comparison import compared
from recommendations.engine.splits import own_past
from recommendations.services import seed_demo
from recommendations.services.contests import hold_contest
from recommendations.services.training import train_model
from recsys.lib.errors import Conflict, NotFound
from tests.recommendations.engine.conftest import two_tastes


@pytest.fixture
def market(settings, tmp_path, db, now):
    settings.RECSYS_MODELS_DIR = tmp_path / "models"
    seed_demo(users=40, items=80, seed=1, passwords={}, now=now)


def test_what_was_over_before_the_split_is_neither_ranked_nor_judged():
    data = two_tastes()
    over = np.arange(data.items.size) < 10
    split = own_past(data, 0.2, np.where(over, -1.0, np.inf))
    assert split.live.tolist() == (~over).tolist()
    assert split.test.nnz
    assert not over[split.test.indices].any()
    assert split.train.times.max() <= np.quantile(data.times, 0.8)


def test_a_difference_is_told_from_luck():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, 400)
    better = compared(noise + 0.05, np.zeros(400))
    assert 0 < better.low < better.difference < better.high
    assert better.better > 0.99
    luck = compared(noise, noise[::-1])
    assert luck.low < 0 < luck.high
    assert compared(noise, noise).difference == 0
    assert compared(np.empty(0), np.empty(0)).better == 0


def test_the_model_in_use_is_judged_beside_what_is_popular(market, now):
    version = train_model(now=now, algorithm="item-graph")["version"]
    report = hold_contest(now=now)
    assert set(report["models"]) == {version, "popular"}
    ours, popular = report["models"][version], report["models"]["popular"]
    assert ours["ndcg"] > popular["ndcg"]
    assert report["comparison"]["ndcg"]["difference"] == pytest.approx(
        ours["ndcg"] - popular["ndcg"]
    )
    segments = ours["segments"]
    assert 0 <= segments["new_items"]["people"] <= report["people"]


def test_two_algorithms_are_compared_by_name_also_as_a_page_with_plots(market, tmp_path):
    out, page = StringIO(), tmp_path / "contest.html"
    call_command(
        "evaluate_model", "item-graph", "spectral", "--json", f"--report={page}", stdout=out
    )
    report = json.loads(out.getvalue())
    written = page.read_text()
    assert written.count("<svg") == 3
    assert f"{report['models']['spectral']['ndcg']:.4f}" in written
    assert "<script" not in written
    assert list(report["models"]) == ["item-graph", "spectral", "popular"]
    assert (report["comparison"]["of"], report["comparison"]["against"]) == (
        "item-graph",
        "spectral",
    )


def test_what_cannot_be_judged_is_refused(market, now, tmp_path):
    with pytest.raises(Conflict):
        hold_contest(now=now)
    with pytest.raises(NotFound):
        hold_contest(now=now, names=["no such"])
    with pytest.raises(CommandError):
        call_command("evaluate_model", "spectral", f"--data={tmp_path}")
