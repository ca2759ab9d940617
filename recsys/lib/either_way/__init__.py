"""Rows of which other rows say something, found from what is said or in the order of the page.

Where few rows fulfil a condition they are quickly gathered and sorted; where many do, reading what
is said in the order asked for soon fills a page, and what says otherwise is passed over by index
alone. SQLite keeps no frequencies and would always do the same, and PostgreSQL's are often wrong
where conditions go together; so the statement holds every way, and finds out, up to a limit, which
one to go.

What is said is asked in SQL: the same in the ORM's words took eight times as long to compile as a
plain filter, and longer than the database took to answer.
"""

from recsys.lib.either_way.expression import AskedOfEach, FoundEitherWay
from recsys.lib.either_way.said import EVERYTHING, Said, Source, Sql

__all__ = ["EVERYTHING", "AskedOfEach", "FoundEitherWay", "Said", "Source", "Sql"]
