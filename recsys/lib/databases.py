"""What each database engine needs to be fast and to lose nothing under concurrent writers.

Measured: SQLite without IMMEDIATE answers "database is locked"; psycopg without server-side
binding plans every statement anew. Plain data: settings read it.
"""

from typing import Any

ENGINE_OPTIONS: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
        ),
    },
    "recsys.lib.postgresql": {"server_side_binding": True, "prepare_threshold": 5},
}
