"""From a marketplace to a version that serves, and back."""

import os
import shutil
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command

from inventory.models import Item
from recommendations.models import TrainedModel
from recommendations.services import (
    model_in_use,
    promote_model,
    rollback_model,
    seed_demo,
)
from recommendations.services.evidence import read_marketplace
from recommendations.services.registry import artifact_of, sweep_models
from recommendations.services.training import objection, train_model
from recsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recsys.lib.jobs.registry import spec_of
from recsys.lib.jobs.schedules import all_schedules
from recsys.lib.progress import no_progress
from tests.factories import ItemFactory, WatchlistItemFactory
from tests.project.test_console import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.RECSYS_MODELS_DIR = tmp_path / "models"
    settings.RECSYS_ALGORITHM = "item-graph"
    return settings.RECSYS_MODELS_DIR


@pytest.fixture
def market(folder, now):
    seed_demo(users=40, items=80, seed=1, passwords={}, now=now)


def versions(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_version_is_written_registered_judged_and_promoted(market, folder, now):
    report = train_model(now=now)
    model = TrainedModel.objects.get()
    assert report["promoted"]
    assert report["ndcg"] > report["ndcg_popular"] > 0
    assert model_in_use() == model
    assert versions(folder) == [model.version] == [report["version"]]
    artifact = artifact_of(model)
    assert artifact.about["metrics"] == model.metrics
    assert artifact.about["parameters"] == model.parameters
    assert (artifact.sha256, artifact.size) == (model.sha256, model.size)
    assert model.data_from < model.data_until <= now


def test_columns_are_only_what_may_yet_be_shown_while_rows_are_all_that_was_touched(
    market, folder, now
):
    train_model(now=now)
    artifact = artifact_of(TrainedModel.objects.get())
    shown = set(artifact.items[artifact.edges.indices].tolist())
    over = Item.objects.filter(auction_status__in=["ended", "sold"])
    assert shown
    assert not shown & set(over.values_list("pk", flat=True))
    assert set(artifact.items.tolist()) == set(Item.objects.values_list("pk", flat=True))


def test_the_same_data_and_seed_make_the_same_model(market, now):
    first, second = (train_model(now=now)["version"] for _ in range(2))
    graphs = [artifact_of(TrainedModel.objects.get(version=each)) for each in (first, second)]
    assert graphs[0].edges.data.tolist() == graphs[1].edges.data.tolist()
    assert graphs[0].about["metrics"]["ndcg"] == graphs[1].about["metrics"]["ndcg"]


def test_nothing_done_is_nothing_to_learn_from(folder, now):
    ItemFactory()
    with pytest.raises(Conflict) as refusal:
        train_model(now=now)
    assert refusal.value.code == "nothing_to_learn"
    assert not folder.exists()


def test_one_deed_makes_a_version_that_is_not_promoted(folder, now):
    WatchlistItemFactory()
    report = train_model(now=now)
    assert (report["promoted"], report["reason"]) == (False, "nobody_to_judge_by")
    assert model_in_use() is None


@pytest.mark.parametrize("algorithm", ["item-graph", "graphs", "spectral", "blend"])
def test_where_everything_is_over_a_version_knows_no_neighbours(folder, now, algorithm):
    for lot in ItemFactory.create_batch(
        3, auction_status="ended", end_at=now - timedelta(hours=1)
    ):
        WatchlistItemFactory(item=lot, user__username=f"watcher_of_{lot.pk}")
    report = train_model(now=now, algorithm=algorithm)
    assert not report["promoted"]
    assert artifact_of(TrainedModel.objects.get()).edges.nnz == 0


def test_an_unknown_algorithm_is_refused(now):
    with pytest.raises(InvalidInput):
        train_model(now=now, algorithm="magic")


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ({"people": 9, "ndcg": 0.2, "ndcg_popular": 0.1}, None),
        ({"people": 0, "ndcg": 0.0, "ndcg_popular": 0.0}, "nobody_to_judge_by"),
        ({"people": 9, "ndcg": 0.1, "ndcg_popular": 0.1}, "no_better_than_popular"),
        ({"people": 9, "ndcg": 0.96, "ndcg_popular": 0.1, "ndcg_in_use": 1.0}, None),
        (
            {"people": 9, "ndcg": 0.94, "ndcg_popular": 0.1, "ndcg_in_use": 1.0},
            "behind_the_model_in_use",
        ),
    ],
)
def test_what_speaks_against_promoting(metrics, said):
    assert objection(metrics) == said


def test_the_model_in_use_is_fitted_again_on_the_same_split(market, now):
    used = train_model(now=now, algorithm="item-graph")
    report = train_model(now=now, algorithm="spectral")
    assert report["ndcg_in_use"] == pytest.approx(used["ndcg"])


def test_a_recipe_nobody_knows_any_more_is_not_compared_with(market, now):
    train_model(now=now)
    TrainedModel.objects.update(parameters={"of": "another version"})
    report = train_model(now=now)
    assert report["promoted"]
    assert "ndcg_in_use" not in report


def test_rollback_goes_back_one_version_at_a_time_and_ends_at_the_formulas(market, now):
    first = train_model(now=now)["version"]
    second = train_model(now=now + timedelta(seconds=1))["version"]
    assert model_in_use().version == second
    assert rollback_model(now=now).version == first
    assert rollback_model(now=now) is None
    with pytest.raises(Conflict):
        rollback_model(now=now)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (shutil.rmtree, "artifact_missing"),
        (lambda path: (path / "edges.npy").write_bytes(b""), "artifact_truncated"),
        (lambda path: (path / "manifest.json").write_text("{}"), "artifact_manifest"),
    ],
)
def test_what_cannot_be_read_is_not_promoted_and_the_earlier_one_serves_on(
    market, folder, now, harm, code
):
    broken = train_model(now=now)["version"]
    sound = train_model(now=now + timedelta(seconds=1))["version"]
    harm(folder / broken)
    with pytest.raises(Conflict) as refusal:
        promote_model(version=broken, now=now + timedelta(seconds=2))
    assert refusal.value.code == code
    assert model_in_use().version == sound


def test_only_managers_steer(market, now, manager, stranger):
    version = train_model(now=now)["version"]
    for steer in (
        lambda: promote_model(version=version, now=now, actor=stranger),
        lambda: rollback_model(now=now, actor=stranger),
    ):
        with pytest.raises(NotAllowed):
            steer()
    assert promote_model(version=version, now=now, actor=manager).version == version
    assert rollback_model(now=now, actor=manager) is None
    with pytest.raises(NotFound):
        promote_model(version="no such", now=now, actor=manager)


def test_old_versions_and_old_drafts_are_swept_never_what_serves(market, folder, now, settings):
    settings.RECSYS_MODELS_KEPT = 1
    used = train_model(now=now)["version"]
    settings.RECSYS_MODELS_MAY_LOSE = -9.0  # nothing is good enough any more
    later = [train_model(now=now + timedelta(seconds=n))["version"] for n in (1, 2)]
    assert versions(folder) == sorted([used, later[1]])
    assert model_in_use().version == used
    draft = folder / ".half-written"
    draft.mkdir()
    sweep_models()
    assert draft.exists()
    os.utime(draft, (0, 0))
    sweep_models()
    assert not draft.exists()


def test_a_disk_that_refuses_leaves_the_model_in_use_and_no_row(
    market, folder, now, settings, tmp_path
):
    """What a full disk leaves of an artifact is proved where artifacts are written."""
    used = train_model(now=now)["version"]
    settings.RECSYS_MODELS_DIR = tmp_path / "a file"
    settings.RECSYS_MODELS_DIR.write_text("where a folder should be")
    with pytest.raises(OSError, match="a file"):
        train_model(now=now)
    assert versions(folder) == [used]
    assert model_in_use().version == used
    assert TrainedModel.objects.count() == 1


def test_commands_train_promote_and_roll_back(market, folder, capsys):
    call_command("train_model", algorithm="item-graph", verbosity=0)
    call_command("rollback_model")
    assert "in use: formulas" in capsys.readouterr().out
    version = TrainedModel.objects.get().version
    call_command("promote_model", version)
    assert version in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("promote_model", "no-such")


def test_the_job_trains_with_the_algorithm_it_is_given_every_night(market, folder):
    report = spec_of("train_model").function(no_progress, algorithm="spectral")
    assert TrainedModel.objects.get(version=report["version"]).algorithm == "spectral"
    assert "0 3 * * *" in {each.cron for each in all_schedules() if each.job == "train_model"}


def test_what_is_over_is_open_until_its_end_and_drafts_may_yet_be_shown(now):
    sold = ItemFactory(auction_status="sold", end_at=now + timedelta(days=3))
    draft = ItemFactory(publication_status="draft", end_at=None, auction_status=None)
    WatchlistItemFactory(item=sold)
    market = read_marketplace(now)
    until = dict(zip(market.data.items.tolist(), market.open_until.tolist(), strict=True))
    assert until[sold.pk] <= now.timestamp() < until[draft.pk]


def test_readiness_names_a_model_that_is_not_there_and_stays_in_rotation(
    market, folder, now, client
):
    version = train_model(now=now)["version"]
    assert client.get("/readyz").json()["checks"]["model"] == "ok"
    (folder / version / "edges.npy").write_bytes(b"")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert version in answer.json()["checks"]["model"]


def test_the_console_promotes_and_rolls_back_with_a_question_and_a_line_of_history(
    market, now, client, manager
):
    first, second = (
        train_model(now=now + timedelta(seconds=n), algorithm=name)["version"]
        for n, name in enumerate(["item-graph", "item-graph"])
    )
    models = {model.version: model.pk for model in TrainedModel.objects.all()}
    browser = signed_in(client, manager)

    def act(action, version, **confirmed):
        asked = {"action": action, "_selected_action": [models[version]], **confirmed}
        return browser.post("/admin/recommendations/trainedmodel/", asked, follow=True)

    assert "Roll back?" in act("roll_back", second).content.decode()
    assert model_in_use().version == second
    act("roll_back", first, confirmed="yes")
    assert model_in_use().version == second
    act("roll_back", second, confirmed="yes")
    assert model_in_use().version == first
    act("promote", second, confirmed="yes")
    assert model_in_use().version == second
    told = LogEntry.objects.filter(user=manager).order_by("pk")
    assert [line.get_change_message() for line in told] == ["Rolled back", "Promoted"]
