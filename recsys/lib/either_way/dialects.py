"""What databases write differently."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """How one of them is asked."""

    vendor: str
    way: str
    """The rows of a way (`sql`), at most `limit`, and none where its `gate` is shut."""
    unlimited: str
    ends: tuple[str, str]
    """Before and after any time."""
    extremes: tuple[str, str]
    """The earliest and the latest of several."""
    value: str = "%s"
    """A value that is asked for."""
    fence: str = ""
    """What PostgreSQL must not turn into a join: it would misjudge, and read everything first."""
    has_together: bool = False
    knows_what_is_sorted: bool = False
    """Whether an order costs nothing where rows come in it already."""
    counts_first: bool = False
    """Whether to count what few may say costs less than to look a page up in vain."""


SQLITE = Dialect(
    vendor="sqlite",
    # A limit is asked once; a condition that never changes would be, of every row.
    way="SELECT pk FROM ({sql} LIMIT CASE WHEN {gate} THEN {limit} ELSE 0 END)",
    unlimited="-1",
    ends=("''", "'~'"),
    extremes=("min", "max"),
)
POSTGRESQL = Dialect(
    vendor="postgresql",
    way="SELECT pk FROM ({sql} LIMIT {limit}) AS way WHERE {gate}",
    unlimited="ALL",
    ends=("'-infinity'::timestamptz", "'infinity'::timestamptz"),
    extremes=("LEAST", "GREATEST"),
    # As what is selected the planner does not see it, and never expects less of a plan for these
    # very values than of the one that serves all: that one is made once for a connection.
    value="(SELECT %s)",
    fence=" OFFSET 0",
    has_together=True,
    knows_what_is_sorted=True,
    counts_first=True,
)
