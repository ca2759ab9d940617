"""The settings of workers that a test starts: the sample jobs, and the test's own database."""

import os

from recsys import settings as product
from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS += ["tests.lib.jobs.samples"]
DATABASES["default"]["NAME"] = os.environ.get("TEST_DATABASE", DATABASES["default"]["NAME"])
JOB_SPREE_SECONDS = 1
# As the test that starts them sets them.
JOB_LEASE_SECONDS = product.JOB_LEASE_SECONDS
JOB_BACKOFF_SECONDS = product.JOB_BACKOFF_SECONDS
JOB_DELIVERY_SECONDS = product.JOB_DELIVERY_SECONDS
JOB_SILENCE_SECONDS = product.JOB_SILENCE_SECONDS
