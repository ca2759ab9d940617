"""Django's PostgreSQL, with less to do for a small statement, and no question before a request.

With `CONN_HEALTH_CHECKS` Django asks a kept connection `SELECT 1` before its first use in a
request: one of the four trips that a personal list takes. A server that stopped or ended the
connection has said so on the socket, where nothing is to be read otherwise: a look there tells as
much. (`ENGINE` names the package; Django looks for this module in it.)
"""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    health_check_enabled: bool
    health_check_done: bool
    connection: Any

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._kept: dict[str, Any] = {}
        return super().get_new_connection(conn_params)

    def fetch_kept(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """All rows, by a cursor that is this statement's own from one request to the next.

        It knows by then how its values are written and its rows are read, which is half of what
        a small statement costs here. Whoever counts or wraps statements gets an ordinary one.
        """
        if self.queries_logged or self.execute_wrappers:
            with self.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()
        self.close_if_health_check_failed()
        self.ensure_connection()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            kept = self._kept.get(sql) or self._kept.setdefault(sql, self.create_cursor())
            return kept.execute(sql, values).fetchall()

    def close_if_health_check_failed(self) -> None:
        if self.health_check_enabled and not self.health_check_done:
            self.health_check_done = self._is_quiet()
        super().close_if_health_check_failed()

    def _is_quiet(self) -> bool:
        """Open, and nothing came that nobody asked for."""
        if self.connection is None or self.connection.closed:
            return False
        looked = select.poll()
        looked.register(self.connection.fileno(), select.POLLIN)
        return not looked.poll(0)
