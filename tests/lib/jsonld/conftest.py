import pytest

from recsys.lib.jsonld.loader import SCHEMA_ORG
from recsys.lib.jsonld.processor import expand


@pytest.fixture(scope="session", autouse=True)
def warm():
    """schema.org is processed once per process; no test should count that as its own time."""
    expand({"@context": SCHEMA_ORG, "name": "warm"})


@pytest.fixture(autouse=True)
def everything_offline(offline):
    pass
