"""Django's PostgreSQL, without a question to the server before every request.

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
