"""A contest between models as one HTML file: tables and plots, nothing to load besides."""

from collections.abc import Sequence
from io import StringIO
from typing import Any

import matplotlib as mpl
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FIGURES = ("ndcg", "recall", "mrr", "hit_rate", "coverage", "novelty", "diversity")
PLOTTED = ("ndcg", "recall", "mrr", "hit_rate")
SEGMENTS = ("new_people", "new_items")
BAR_GROUP = 0.8  # of the room between two groups


def contest_page(report: dict[str, Any]) -> str:
    """`report` is what `hold_contest` gives."""
    models = report["models"]
    rows = [(name, [found[figure] for figure in FIGURES]) for name, found in models.items()]
    segments = [
        (segment, [(name, found["segments"][segment]) for name, found in models.items()])
        for segment in SEGMENTS
    ]
    context = {
        "report": report,
        "figures": FIGURES,
        "rows": rows,
        "segments": segments,
        "plots": [_quality(models), _by_segment(models), _difference(report["comparison"])],
    }
    return render_to_string("reports/contest.html", context)


def _quality(models: dict[str, Any]) -> SafeString:
    figure, axes = _plot("What lists are worth")
    _bars(axes, PLOTTED, [(name, [m[each] for each in PLOTTED]) for name, m in models.items()])
    return _svg(figure)


def _by_segment(models: dict[str, Any]) -> SafeString:
    figure, axes = _plot("NDCG by segment")
    rows = [
        (name, [found["segments"][segment]["ndcg"] for segment in SEGMENTS])
        for name, found in models.items()
    ]
    _bars(axes, SEGMENTS, rows)
    return _svg(figure)


def _difference(comparison: dict[str, Any]) -> SafeString:
    found = comparison["ndcg"]
    figure, axes = _plot(f"NDCG of {comparison['of']} less that of {comparison['against']}")
    middle = found["difference"]
    axes.errorbar(
        [middle], [0], xerr=[[middle - found["low"]], [found["high"] - middle]], fmt="o", capsize=6
    )
    axes.axvline(0, linewidth=1, linestyle="--")
    axes.set_yticks([])
    return _svg(figure)


def _plot(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title)
    return figure, axes


def _bars(axes: Axes, groups: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]]) -> None:
    width = BAR_GROUP / len(rows)
    for number, (name, heights) in enumerate(rows):
        axes.bar([at + number * width for at in range(len(groups))], heights, width, label=name)
    middle = (BAR_GROUP - width) / 2
    axes.set_xticks([at + middle for at in range(len(groups))], groups)
    axes.legend()


def _svg(figure: Figure) -> SafeString:
    """The drawing alone, the same for the same figures."""
    file = StringIO()
    with mpl.rc_context({"svg.hashsalt": "recsys"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    drawing = file.getvalue()
    return SafeString(drawing[drawing.index("<svg") :])
