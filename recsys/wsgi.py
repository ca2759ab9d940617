import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recsys.settings")
application = get_wsgi_application()

from recommendations.services import read_model_ahead  # noqa: E402 (first the apps are set up)

# What is loaded by now stays: the collector need not look through it again and again.
gc.collect()
gc.freeze()
read_model_ahead()
