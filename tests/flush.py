"""Emptying the database after a test with transactions of its own.

Django empties every table then, and makes content types and permissions anew: a second for each
such test. Here only tables that hold more than migrations left in them are emptied.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

_emptied_by_django = TransactionTestCase._fixture_teardown


class Flush:
    """What the migrations left; to be made before the first test."""

    def __init__(self) -> None:
        self.tables = sorted(connection.introspection.django_table_names(only_existing=True))
        self._keep()

    def _keep(self) -> None:
        self.kept = {table: _rows(table) for table in self._filled(self.tables)}

    def __call__(self, test: TransactionTestCase) -> None:
        """Leave what the migrations left; where a test changed that, Django makes it anew."""
        if any(_rows(table) != rows for table, rows in self.kept.items()):
            _emptied_by_django(test)
            self._keep()
            return
        others = [table for table in self.tables if table not in self.kept]
        with transaction.atomic(), connection.cursor() as cursor:
            for table in self._filled(others):
                cursor.execute(f"DELETE FROM {_quoted(table)}")

    def _filled(self, tables: list[str]) -> list[str]:
        asked = ", ".join(f"EXISTS (SELECT 1 FROM {_quoted(table)})" for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {asked}")
            answers = cursor.fetchone()
        return [table for table, is_filled in zip(tables, answers, strict=True) if is_filled]


def _rows(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_quoted(table)}")
        return sorted(map(repr, cursor.fetchall()))


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)
