"""What happens here when somebody acts elsewhere."""

from recommendations import cache
from recommendations.cache import Key
from recommendations.data import Family
from recsys.lib.reactions import Happening, reacts_to


@reacts_to(Happening.PERSON_ACTED)
def forget_home_list(user_id: int) -> None:
    """Their next answer is computed from what they just did."""
    cache.drop([Key(Family.HOME, user_id)])
