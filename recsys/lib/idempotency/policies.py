from recsys.lib.access import Policy, policy_for
from recsys.lib.idempotency.models import IdempotencyKey


@policy_for(IdempotencyKey)
class IdempotencyKeyPolicy(Policy):
    """Nobody's to read or write: a key is met only by sending it again."""
