"""The settings of workers that a test starts: the sample jobs, and the test's own database."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS += ["tests.lib.jobs.samples"]
DATABASES["default"]["NAME"] = os.environ.get("TEST_DATABASE", DATABASES["default"]["NAME"])
JOB_SPREE_SECONDS = 1
