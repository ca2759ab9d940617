"""Whether what the registry says serves is there to serve."""

from recommendations.engine.artifact import check_whole
from recommendations.engine.errors import EngineError
from recommendations.services.registry import model_in_use, models_directory
from recsys.lib.health import health_check


@health_check("model", is_vital=False)
def model_is_there() -> str | None:
    """By the manifest and the sizes of its files: what each process checks further is its own."""
    model = model_in_use()
    try:
        if model is not None:
            check_whole(models_directory() / model.version, model.sha256)
    except (EngineError, OSError) as error:
        return f"{model.version} cannot serve: {error}" if model else None
    return None
