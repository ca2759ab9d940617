"""Every cron line (UTC). `generate_recommendations` has none: it follows the interests."""

from recsys.lib.jobs.schedules import Schedule

SCHEDULES = [
    Schedule("close_due_auctions", "* * * * *"),
    Schedule("refresh_user_interests", "0 * * * *"),
    Schedule("generate_popular_items", "10 * * * *"),
    Schedule("compute_item_similarities", "0 2 * * *"),
    Schedule("train_model", "0 3 * * *"),
    Schedule("evict_stale_cache", "20 */6 * * *"),
    Schedule("measure_cache", "50 * * * *"),
    Schedule("prune", "40 4 * * *"),
]
