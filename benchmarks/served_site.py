"""The site as `servers` serves it: on the benchmark's database, with a bare view beside it."""

import os

from django.db import connections

from benchmarks.requests import serve_bare
from recommendations.cache import memory
from recsys.wsgi import application

connections["default"].settings_dict["NAME"] = os.environ["BENCHMARK_DATABASE"]
serve_bare()
if "BENCHMARK_FORGETFUL" in os.environ:
    memory.SECONDS = 0

__all__ = ["application"]
