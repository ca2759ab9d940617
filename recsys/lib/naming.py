"""Names of our own for what others name as they like."""

import re
from hashlib import blake2b

LONGEST_PLAIN_NAME = 64


def slug_of(prefix: str, name: str) -> str:
    """`prefix-name`; with a digest where a slug cannot hold the name, so that no two are one."""
    if len(name) <= LONGEST_PLAIN_NAME and re.fullmatch(r"[a-zA-Z0-9_-]+", name):
        return f"{prefix}-{name}"
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return f"{prefix}-{readable}-{blake2b(name.encode(), digest_size=8).hexdigest()}"
