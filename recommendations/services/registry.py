"""Which trained model serves: promoted, rolled back, swept; the artifacts lie beside the rows."""

import logging
import shutil
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import time

from django.conf import settings
from django.db import transaction

from recommendations import cache
from recommendations.data import Family
from recommendations.engine.artifact import Artifact, read_artifact
from recommendations.engine.errors import EngineError
from recommendations.models import TrainedModel
from recsys.lib.access import Actor, policy_of
from recsys.lib.errors import Conflict, NotAllowed, NotFound

__all__ = [
    "artifact_of",
    "model_in_use",
    "models_directory",
    "promote_model",
    "rollback_model",
    "sweep_models",
]

logger = logging.getLogger(__name__)

PROMOTED_KEPT = 3
DRAFTS_KEPT = timedelta(days=1)


def models_directory() -> Path:
    return Path(settings.RECSYS_MODELS_DIR)


def model_in_use() -> TrainedModel | None:
    """The model that was promoted last and not rolled back; None: the formulas serve."""
    return TrainedModel.objects.promoted().first()


def artifact_of(model: TrainedModel) -> Artifact:
    """Its arrays, checked against the registry. EngineError names what is wrong with them."""
    return read_artifact(models_directory() / model.version, model.sha256)


@transaction.atomic
def promote_model(*, version: str, now: datetime, actor: Actor | None = None) -> TrainedModel:
    """Have a trained version serve from the next request on; without an `actor` nobody is asked.

    NotFound: no such version. NotAllowed. Conflict: its artifact is missing or damaged; what
    served goes on serving.
    """
    _check_may_steer(actor)
    model = TrainedModel.objects.select_for_update().filter(version=version).first()
    if model is None:
        raise NotFound(f"There is no model {version}.")
    try:
        artifact_of(model)
    except EngineError as error:
        raise Conflict(error.detail, code=error.reason) from error
    model.promoted_at = now
    model.save(update_fields=["promoted_at"])
    _have_lists_follow(now)
    return model


@transaction.atomic
def rollback_model(
    *, now: datetime, version: str | None = None, actor: Actor | None = None
) -> TrainedModel | None:
    """Take back the last promotion: the model before it serves again, or else the formulas.

    NotAllowed. Conflict: no model is in use, or not the `version` the caller thinks of.
    """
    _check_may_steer(actor)
    current = TrainedModel.objects.select_for_update().promoted().first()
    if current is None:
        raise Conflict("No model is in use.", code="no_model_in_use")
    if version not in (None, current.version):
        raise Conflict(f"In use is {current.version}.", code="another_model_in_use")
    current.promoted_at = None
    current.save(update_fields=["promoted_at"])
    _have_lists_follow(now)
    return model_in_use()


def _have_lists_follow(now: datetime) -> None:
    """Lists that another model made are refreshed when they are next seen, not a day later."""
    transaction.on_commit(partial(cache.outdate, [Family.HOME, Family.SIMILAR], now))


def sweep_models() -> int:
    """Delete versions beyond those kept, rows and artifacts, and what killed fits left behind.

    Kept are the model in use with the two before it, for rolling back, and the latest
    RECSYS_MODELS_KEPT versions. Returns how many versions went.
    """
    promoted, latest = TrainedModel.objects.promoted(), TrainedModel.objects.all()
    kept = [*promoted[:PROMOTED_KEPT], *latest[: settings.RECSYS_MODELS_KEPT]]
    gone = TrainedModel.objects.exclude(pk__in=[model.pk for model in kept])
    versions = list(gone.values_list("version", flat=True))
    gone.delete()
    known = set(TrainedModel.objects.values_list("version", flat=True))
    for path in _folders():
        if path.name in versions or (path.name not in known and _is_old(path)):
            shutil.rmtree(path, ignore_errors=True)
            logger.info("swept the model %s", path.name)
    return len(versions)


def _folders() -> list[Path]:
    root = models_directory()
    return [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < time() - DRAFTS_KEPT.total_seconds()


def _check_may_steer(actor: Actor | None) -> None:
    if actor is not None and not policy_of(TrainedModel).may_create(actor):
        raise NotAllowed("You may not steer models.")
