"""How recommending is doing, for Prometheus: nothing here says who asked."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from inventory.queries import live_items
from recommendations.cache import read_counts
from recommendations.dashboard import last_measure
from recommendations.data import Family
from recommendations.models import TrainedModel
from recsys.lib.measures import measured


@measured
def lookups() -> Iterator[Metric]:
    """Of the last day, over all processes: a gauge, for what is older falls out of it."""
    counts = GaugeMetricFamily(
        "recsys_cache_lookups_last_day",
        "Look-ups of kept lists in the last 24 hours.",
        labels=["family", "outcome"],
    )
    for family in Family:
        for outcome, number in read_counts(family).items():
            counts.add_metric([family.value, outcome.value], number)
    yield counts


@measured
def kept() -> Iterator[Metric]:
    """As the job `measure_cache` counted last, within the hour: it walks the whole cache."""
    told = last_measure()
    for figure, meaning in (("entries", "Kept lists."), ("bytes", "Bytes of kept lists.")):
        sizes = GaugeMetricFamily(f"recsys_cache_{figure}", meaning, labels=["family"])
        for family in told:
            sizes.add_metric([family], told[family][figure])
        yield sizes


@measured
def live() -> Iterator[Metric]:
    number = live_items(timezone.now()).count()
    yield GaugeMetricFamily("recsys_items_live", "Items that may be recommended now.", number)


@measured
def model_in_use() -> Iterator[Metric]:
    info = InfoMetricFamily("recsys_model", "The model promoted last; none: the formulas.")
    promoted = TrainedModel.objects.promoted().first()
    if promoted is not None:
        info.add_metric([], {"version": promoted.version, "algorithm": promoted.algorithm})
    yield info
