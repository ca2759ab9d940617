"""Runnable measurements: `nice python -m benchmarks.NAME`. Django is set up for them here."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
