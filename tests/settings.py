"""The product's settings, with what only a test run wants."""

import os

os.environ.setdefault("SECRET_KEY", "for the test suite only, long enough for the deploy check")

from recsys.settings import *  # noqa: F403
from recsys.settings import DATABASES, VAR_DIR

# A password is hashed in microseconds, so that the suite stays quick.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A file, not memory: threads and processes of one test share it, as they do in production.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    # It need not outlive a power cut, and on a slow machine a turn to write may be long in coming.
    DATABASES["default"]["OPTIONS"]["init_command"] += (
        " PRAGMA synchronous=OFF; PRAGMA busy_timeout=600000;"
    )
# Static files were not collected for a test run, and whitenoise would warn.
WHITENOISE_AUTOREFRESH = True
# Who runs one job in a test means that one.
JOB_SPREE_SECONDS = 0
# What passes in seconds lasts longer than any test, however slow the machine.
JOB_LEASE_SECONDS = JOB_BACKOFF_SECONDS = JOB_DELIVERY_SECONDS = JOB_SILENCE_SECONDS = 600.0
