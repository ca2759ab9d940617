import pytest


@pytest.fixture(autouse=True)
def tries_stay_counted(time_stands_still):
    """The minute of a failed try does not pass."""
