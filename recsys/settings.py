"""Every setting, read from the environment (or a `.env` file beside manage.py). No logic here."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ

from recommendations import defaults
from recsys.lib.databases import ENGINE_OPTIONS
from recsys.lib.jobs.clusters import clusters, job_queues
from recsys.lib.jobs.logs import logging_to_stderr
from recsys.looks import SPECTACULAR_SETTINGS, UNFOLD  # noqa: F401 (settings, by their names)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# --- The essentials -----------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only" if DEBUG else environ.Env.NOTSET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Where clients find this site: absolute links and the ids of JSON-LD documents start with it.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(PUBLIC_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
)
# Our JSON-LD context's address, and how our terms' IRIs begin: keep it when the site moves.
VOCABULARY_URL = env.str("VOCABULARY_URL", default=f"{PUBLIC_URL}/ns/v1")
# Of all prices, by ISO 4217.
CURRENCY = env.str("CURRENCY", default="EUR")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])

# What Prometheus must bring to read /metrics (a bearer token); empty: whoever reaches it may.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

ROOT_URLCONF = "recsys.urls"
WSGI_APPLICATION = "recsys.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "recsys.lib.idempotency",
    "recsys.lib.tablecache",
    "recsys.lib.jsonld",
    "accounts",
    "inventory",
    "bidding",
    "recommendations",
    "recsys.lib.jobs",
    "django_q",
    "unfold",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "guardian",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "recsys.lib.pages.policies.PolicyByAddress",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "recsys.lib.pages.refusals.RefusalsInWords",
]

# The console's, Django's own and those of packages; then the visitor's pages.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "pages"],
        "OPTIONS": {
            "environment": "recsys.lib.pages.templates.environment",
            "context_processors": ["recsys.lib.pages.templates.visitor"],
        },
    },
]

# --- Database and caches ------------------------------------------------------------------------

_POSTGRESQL = ("postgres", "postgresql", "psql", "pgsql")
env.DB_SCHEMES |= dict.fromkeys(_POSTGRESQL, "recsys.lib.postgresql")
_DATABASE = env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'recsys.sqlite3'}")
DATABASES = {
    "default": {
        **_DATABASE,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": ENGINE_OPTIONS.get(_DATABASE["ENGINE"], {}) | _DATABASE.get("OPTIONS", {}),
    }
}

# tablecache:// is a table of the database above, shared by all processes: right for one machine.
# With more machines, or for speed, CACHE_URL=redis://… (Django's own, its client kept).
env.CACHE_SCHEMES["tablecache"] = "recsys.lib.tablecache.backend.TableCache"
env.CACHE_SCHEMES |= dict.fromkeys(("redis", "rediss"), "recsys.lib.rediscache.RedisCache")
CACHES = {
    "default": env.cache("CACHE_URL", default="tablecache://"),
    # What is recommended; it never expires by itself: `evict_stale_cache` decides (contract 4).
    "recommendations": {
        **env.cache("CACHE_URL", default="tablecache://"),
        "KEY_PREFIX": "recommendations",
        "TIMEOUT": None,
    },
}

# --- People, sign-in, sessions ------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
LOGIN_URL = "sign-in-page"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "accounts.sessions"
# Tries a minute. A try that succeeds is given back.
SIGN_IN_LIMITS = {
    "account": env.int("SIGN_IN_TRIES_PER_ACCOUNT", default=10),
    "address": env.int("SIGN_IN_TRIES_PER_ADDRESS", default=60),
    "register": env.int("REGISTRATIONS_PER_ADDRESS", default=20),
}

REST_KNOX = {"TOKEN_TTL": timedelta(hours=env.int("TOKEN_TTL_HOURS", default=24 * 14))}

# Guardian would create an anonymous user row; anonymous visitors are no account here.
ANONYMOUS_USER_NAME = None
# guardian.W001 asks for its backend; policies decide access, guardian only stores grants.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

vars().update(env.email("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="recsys@localhost")

# --- HTTPS: all of it follows from PUBLIC_URL ---------------------------------------------------

HTTPS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "recsys.lib.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
# Probes come from inside, in plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
# Behind a proxy that terminates TLS and sets X-Forwarded-Proto itself, and only there.
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_X_FORWARDED_PROTO", False) else None
)

# --- What browsers may load: nothing inline, nothing from elsewhere ------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Time, language, files ----------------------------------------------------------------------

TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "recsys.formats"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- REST ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # Token first: its WWW-Authenticate header turns an anonymous refusal into 401, not 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.rest.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # Deny by default: a view whose model has no policy answers nobody.
    "DEFAULT_PERMISSION_CLASSES": ["recsys.lib.access.PolicyPermission"],
    "DEFAULT_FILTER_BACKENDS": [
        "recsys.lib.access.PolicyFilter",
        "django_filters.rest_framework.DjangoFilterBackend",
    ],
    "DEFAULT_PAGINATION_CLASS": "recsys.lib.pagination.KeysetPagination",
    "DEFAULT_PARSER_CLASSES": ["recsys.lib.media.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["recsys.lib.media.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "recsys.lib.negotiation.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "recsys.lib.errors.exception_handler",
    # How many proxies to believe in X-Forwarded-For; 0 believes none.
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# --- Auctions ------------------------------------------------------------------------------------

# By how much a bid must exceed the price, as JSON: [["100", "1"], …, [null, "100"]] is 1 below
# 100, …, 100 beyond. The published increments (bidding.rules.INCREMENTS) where it is not set.
BID_INCREMENTS = env.json("BID_INCREMENTS", default=None)

# --- Recommending --------------------------------------------------------------------------------

# The published weights and windows. Of each, any part may be given as a JSON object, for example
# `per_category` of RECSYS_HOMEPAGE alone; the rest stays.
RECSYS_INTEREST = defaults.INTEREST | env.json("RECSYS_INTEREST", default={})
RECSYS_SIMILARITY = defaults.SIMILARITY | env.json("RECSYS_SIMILARITY", default={})
RECSYS_HOMEPAGE = defaults.HOMEPAGE | env.json("RECSYS_HOMEPAGE", default={})
RECSYS_EVIDENCE = defaults.EVIDENCE | env.json("RECSYS_EVIDENCE", default={})
RECSYS_ATTRIBUTES = defaults.ATTRIBUTES | env.json("RECSYS_ATTRIBUTES", default={})
RECSYS_TERMS = defaults.TERMS | env.json("RECSYS_TERMS", default={})
RECSYS_HOME_RULES = defaults.HOME_RULES | env.json("RECSYS_HOME_RULES", default={})

RECSYS_CACHE_ENABLED = env.bool("RECSYS_CACHE_ENABLED", default=True)

# Whom a recompute is worth: those active within so many days, so many people at a time.
RECSYS_ACTIVE_DAYS = env.int("RECSYS_ACTIVE_DAYS", default=30)
RECSYS_PEOPLE_PER_BATCH = 100

RECSYS_SIMILARITY_ITEMS_PER_BATCH = 50
RECSYS_SIMILARITY_PAUSE_MS = env.int("RECSYS_SIMILARITY_PAUSE_MS", default=500)

RECSYS_POPULAR_LIMIT = 50

# --- The engine (docs/engine.md explains each) ---------------------------------------------------

# A person's latest so many items count: robots and collectors of everything tell little.
RECSYS_LONGEST_HISTORY = 1_000
# Who makes the lists of a place: "model" (the formulas where it says nothing) or "formulas".
RECSYS_PLACEMENTS = {
    "home": env.str("RECSYS_HOME_BY", default="model"),
    "similar": env.str("RECSYS_SIMILAR_BY", default="model"),
}
# How often a process looks for items that came after the fit.
RECSYS_NEWCOMERS_SECONDS = env.float("RECSYS_NEWCOMERS_SECONDS", default=5)

# What `train_model` makes: `blend` is searched for, others are named in engine/recipes.py.
RECSYS_ALGORITHM = env.str("RECSYS_ALGORITHM", default="blend")
# Beyond so many interactions a search would take hours: the two graphs are taken without one.
RECSYS_MOST_TO_SEARCH = 3_000_000
RECSYS_NEIGHBOURS = 100  # of an item, in the graph that serves
RECSYS_JUDGED_SHARE = 0.1  # the latest part of the past, on which versions are judged
# How far a new version may fall behind the model in use and still replace it.
RECSYS_MODELS_MAY_LOSE = 0.05
RECSYS_MODELS_DIR = env.path("RECSYS_MODELS_DIR", default=VAR_DIR / "models")
RECSYS_MODELS_KEPT = 5

# --- Jobs (docs/jobs.md says why each figure is what it is) -------------------------------------

# Per queue: worker processes (small machines start with fewer), an attempt's longest run (s).
_CPUS = os.cpu_count() or 1
JOB_QUEUES = job_queues(
    recommendations=(env.int("RECOMMENDATIONS_WORKERS", default=min(10, 2 * _CPUS)), 900),
    recommendations_slow=(env.int("RECOMMENDATIONS_SLOW_WORKERS", default=min(3, _CPUS)), 14_400),
)
Q_CLUSTER = clusters(JOB_QUEUES)
JOB_LEASE_SECONDS = env.float("JOB_LEASE_SECONDS", default=60)
JOB_BACKOFF_SECONDS = env.float("JOB_BACKOFF_SECONDS", default=15)
JOB_DELIVERY_SECONDS = env.float("JOB_DELIVERY_SECONDS", default=30)
JOB_SPREE_SECONDS = env.int("JOB_SPREE_SECONDS", default=1)
JOB_SWEEP_SECONDS = env.float("JOB_SWEEP_SECONDS", default=5)
JOB_SILENCE_SECONDS = env.float("JOB_SILENCE_SECONDS", default=40)
JOB_STOP_SECONDS = env.float("JOB_STOP_SECONDS", default=120)
JOB_KEEP_DAYS = env.int("JOB_KEEP_DAYS", default=14)

LOGGING = logging_to_stderr(
    env.str("LOG_LEVEL", default="INFO"),
    # One line per message and worker would bury ours, which say more.
    {"django-q": env.str("DJANGO_Q_LOG_LEVEL", default="WARNING")},
)
