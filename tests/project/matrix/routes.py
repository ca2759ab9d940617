"""Who may do what by which route: one row per route and method, one status per caller.

In braces stand rows of `world.rows`, or people, by name; all rows belong to the owner. A body's
values may be in braces too. `*` after a method: allowed, it may leave everything as it was.
"""

from tests.project.matrix.world import CAST

API = "/api/v1/"
INTEREST = {
    "user": "{stranger}",
    "category": "{leaf}",
    "score": 1,
    "interaction_count": 1,
    "last_interaction_at": "2026-01-01T00:00:00Z",
}
RECOMMENDED = {"user": "{stranger}", "item": "{item}", "score": 1, "rank": 1, "reason": "for_you"}
SIMILARITY = {"source": "{item}", "similar": "{draft}", "score": 1, "reason": "price_range"}
EVENT = {"event_id": "sent-by-the-matrix", "item": "{item}", "kind": "view"}
WORLD = {"name": "B", "map": "{map}", "address": "192.0.2.2", "port": 1, "max_users": 2}
HAPPENING = {
    "name": "Fete",
    "starts_at": "2026-01-01T00:00:00Z",
    "ends_at": "2026-01-02T00:00:00Z",
    "world": "{world}",
}
NEWCOMER = {"username": "newcomer", "email": "new@example.com", "password": "a fine long phrase"}
SIGN_IN = {"username": "owner", "password": "a long enough passphrase"}
PASSWORD = {"password": "a long enough passphrase"}

ACCOUNTS = [
    # method, address, body                       anon own vie edi str man adm loc
    ("POST", "auth/register/", NEWCOMER, "201 201 201 201 201 201 201 201"),
    ("POST", "auth/sign-in/", SIGN_IN, "200 200 200 200 200 200 200 200"),
    ("POST", "auth/sign-out/", None, "401 204 204 204 204 204 204 401"),
    ("POST", "auth/sign-out-everywhere/", None, "401 204 204 204 204 204 204 401"),
    ("GET", "me/", None, "401 200 200 200 200 200 200 401"),
    ("PATCH", "me/", {"presence": "busy"}, "401 200 200 200 200 200 200 401"),
    ("DELETE", "me/", PASSWORD, "401 204 204 204 204 204 204 401"),
    ("GET", "me/export/", None, "401 200 200 200 200 200 200 401"),
    ("GET", "people/owner/", None, "200 200 200 200 200 200 200 401"),
    ("GET", "people/id/{owner}/", None, "200 200 200 200 200 200 200 401"),
    ("GET", "friends/", None, "401 200 200 200 200 200 200 401"),
    ("POST", "friends/", {"username": "locked"}, "401 201 201 201 201 201 201 401"),
    ("DELETE", "friends/viewer/", None, "401 204 404 404 404 404 404 401"),
    ("DELETE", "friends/owner/", None, "401 404 204 204 404 404 404 401"),
    ("POST", "friends/viewer/accept/", None, "401 200 404 404 404 404 404 401"),
    ("POST", "friends/owner/accept/", None, "401 404 403 403 404 404 404 401"),
    ("GET", "blocks/", None, "401 200 200 200 200 200 200 401"),
    ("POST", "blocks/", {"username": "locked"}, "401 201 201 201 201 201 201 401"),
    ("DELETE", "blocks/stranger/", None, "401 204 404 404 404 404 404 401"),
]

STORED_ROWS = [
    ("GET", "interests/", None, "401 200 200 200 200 200 200 401"),
    ("POST", "interests/", INTEREST, "401 403 403 403 403 201 201 401"),
    ("GET", "interests/{interest}/", None, "401 200 404 404 404 200 200 401"),
    ("PATCH", "interests/{interest}/", {"score": 1}, "401 403 404 404 404 200 200 401"),
    ("DELETE", "interests/{interest}/", None, "401 403 404 404 404 204 204 401"),
    ("GET", "recommended-items/", None, "401 200 200 200 200 200 200 401"),
    ("POST", "recommended-items/", RECOMMENDED, "401 403 403 403 403 201 201 401"),
    ("GET", "recommended-items/{recommended}/", None, "401 200 404 404 404 200 200 401"),
    ("PATCH", "recommended-items/{recommended}/", {"score": 1}, "401 403 404 404 404 200 200 401"),
    ("DELETE", "recommended-items/{recommended}/", None, "401 403 404 404 404 204 204 401"),
    ("GET", "item-similarities/", None, "200 200 200 200 200 200 200 401"),
    ("POST", "item-similarities/", SIMILARITY, "401 403 403 403 403 201 201 401"),
    ("GET", "item-similarities/{similarity}/", None, "200 200 200 200 200 200 200 401"),
    ("PATCH", "item-similarities/{similarity}/", {"score": 1}, "401 403 403 403 403 200 200 401"),
    ("DELETE", "item-similarities/{similarity}/", None, "401 403 403 403 403 204 204 401"),
]

ITEMS = [
    ("GET", "categories/", None, "200 200 200 200 200 200 200 401"),
    ("POST", "categories/", {"name": "Clocks"}, "401 403 403 403 403 201 201 401"),
    ("GET", "categories/{leaf_slug}/", None, "200 200 200 200 200 200 200 401"),
    ("PATCH", "categories/{leaf_slug}/", {"name": "New"}, "401 403 403 403 403 200 200 401"),
    ("DELETE", "categories/{leaf_slug}/", None, "401 403 403 403 403 204 204 401"),
    ("GET", "items/", None, "200 200 200 200 200 200 200 401"),
    ("POST", "items/", {"title": "A clock"}, "401 201 201 201 201 201 201 401"),
    ("GET", "items/facets/?by=schema:color", None, "200 200 200 200 200 200 200 401"),
    ("GET", "items/{item}/", None, "200 200 200 200 200 200 200 401"),
    ("GET", "items/{draft}/", None, "404 200 404 404 404 200 200 401"),
    ("PATCH", "items/{item}/", {"title": "New"}, "401 200 403 403 403 200 200 401"),
    ("PATCH", "items/{draft}/", {"title": "New"}, "401 200 404 404 404 200 200 401"),
    ("DELETE", "items/{draft}/", None, "401 204 404 404 404 204 204 401"),
    ("POST", "items/{draft}/publish/", None, "401 200 404 404 404 200 200 401"),
    ("POST", "items/{item}/unpublish/", None, "401 200 403 403 403 200 200 401"),
    ("GET", "watchlist/", None, "401 200 200 200 200 200 200 401"),
    ("POST", "watchlist/", {"item": "{other_item}"}, "401 201 201 201 201 201 201 401"),
    ("DELETE*", "watchlist/{watched}/", None, "401 204 204 204 204 204 204 401"),
]

BAGS = [
    ("GET", "bags/", None, "200 200 200 200 200 200 200 401"),
    ("POST", "bags/", {"name": "Things"}, "401 201 201 201 201 201 201 401"),
    ("POST", "bags/import/", {"name": "Things", "entries": []}, "401 201 201 201 201 201 201 401"),
    ("GET", "bags/{bag}/", None, "404 200 200 200 404 404 404 401"),
    ("PATCH", "bags/{bag}/", {"name": "New"}, "401 200 403 403 404 404 404 401"),
    ("DELETE", "bags/{bag}/", None, "401 204 403 403 404 404 404 401"),
    ("GET", "bags/{bag}/export/", None, "404 200 200 200 404 404 404 401"),
    ("GET", "bags/{bag}/overlap/?with={other_bag}", None, "404 200 200 200 404 404 404 401"),
    ("POST", "bags/{bag}/merge/", {"bag": "{other_bag}"}, "401 200 403 200 404 404 404 401"),
    ("POST", "bags/{bag}/intersect/", {"bag": "{other_bag}"}, "401 200 403 200 404 404 404 401"),
    ("POST*", "bags/{bag}/subtract/", {"bag": "{other_bag}"}, "401 200 403 200 404 404 404 401"),
    ("GET", "bags/{other_bag}/", None, "200 200 200 200 200 200 200 401"),
    ("PATCH", "bags/{other_bag}/", {"name": "New"}, "401 200 403 403 403 403 403 401"),
    ("DELETE", "bags/{other_bag}/", None, "401 204 403 403 403 403 403 401"),
    (
        "POST",
        "bags/{other_bag}/entries/",
        {"item": "{other_item}"},
        "401 201 403 403 403 403 403 401",
    ),
    ("GET", "bags/{bag}/share/", None, "401 200 200 200 404 404 404 401"),
    ("GET", "bags/{other_bag}/share/", None, "401 200 200 200 200 200 200 401"),
    (
        "POST",
        "bags/{bag}/share/",
        {"user": "{stranger}", "role": "viewer"},
        "401 200 403 403 404 404 404 401",
    ),
    ("DELETE", "bags/{bag}/share/{viewer}/", None, "401 204 403 403 404 404 404 401"),
    ("GET", "bags/{bag}/entries/", None, "404 200 200 200 404 404 404 401"),
    ("POST", "bags/{bag}/entries/", {"item": "{other_item}"}, "401 201 403 201 404 404 404 401"),
    ("PUT", "bags/{bag}/entries/{entry}/", {"quantity": 9}, "401 200 403 200 404 404 404 401"),
    ("DELETE", "bags/{bag}/entries/{entry}/", None, "401 204 403 204 404 404 404 401"),
]

BIDDING = [
    ("GET", "items/{item}/bids/", None, "200 200 200 200 200 200 200 401"),
    ("GET", "items/{draft}/bids/", None, "404 200 404 404 404 200 200 401"),
    ("POST", "items/{item}/bids/", {"amount": "50.00"}, "401 403 201 201 201 201 201 401"),
    ("POST", "items/{draft}/bids/", {"amount": "50.00"}, "401 403 404 404 404 409 409 401"),
    ("POST", "items/{for_sale}/buy/", None, "401 201 201 201 201 201 201 401"),
    ("GET", "bids/", None, "401 200 200 200 200 200 200 401"),
    ("GET", "orders/", None, "401 200 200 200 200 200 200 401"),
    ("GET", "orders/{order}/", None, "401 200 404 404 404 200 200 401"),
]

EVENTS = [
    ("GET", "events/", None, "401 200 200 200 200 200 200 401"),
    ("POST", "events/", [EVENT], "401 200 200 200 200 200 200 401"),
    ("POST", "worlds/{world}/visit/", None, "401 201 201 201 201 201 201 401"),
]

WORLDS = [
    ("GET", "worlds/", None, "200 200 200 200 200 200 200 401"),
    ("POST", "worlds/", WORLD, "401 403 403 403 403 201 201 401"),
    ("GET", "worlds/{world}/", None, "200 200 200 200 200 200 200 401"),
    ("DELETE", "worlds/{world}/", None, "401 403 403 403 403 204 204 401"),
    ("POST", "worlds/{world}/heartbeat/", {"current_users": 1}, "401 403 403 403 403 200 200 401"),
    ("GET", "happenings/", None, "200 200 200 200 200 200 200 401"),
    ("POST", "happenings/", HAPPENING, "401 403 403 403 403 201 201 401"),
    ("GET", "happenings/{happening}/", None, "200 200 200 200 200 200 200 401"),
    ("PATCH", "happenings/{happening}/", {"name": "New"}, "401 403 403 403 403 200 200 401"),
    ("DELETE", "happenings/{happening}/", None, "401 403 403 403 403 204 204 401"),
]

SERVED = [
    ("GET", "recommendations/", None, "401 200 200 200 200 200 200 401"),
    ("GET", "recommendations/?user={owner}&fields=id", None, "401 200 403 403 403 403 200 401"),
    ("GET", "recommendations/popular/", None, "200 200 200 200 200 200 200 401"),
    ("GET", "items/{item}/similar/", None, "200 200 200 200 200 200 200 401"),
    ("GET", "items/{draft}/similar/", None, "404 200 404 404 404 200 200 401"),
    ("GET", "recommendations/why/{item}/", None, "401 200 200 200 200 200 200 401"),
    ("GET", "recommendations/why/{draft}/", None, "401 200 404 404 404 200 200 401"),
    ("GET", "recommendations/why/{item}/?user={owner}", None, "401 200 403 403 403 200 200 401"),
    ("GET", "bags/{bag}/recommendations/", None, "404 200 200 200 404 404 404 401"),
    ("GET", "bags/{other_bag}/recommendations/", None, "200 200 200 200 200 200 200 401"),
    (
        "POST*",
        "recommendations/for-items/",
        {"items": ["{item}"]},
        "200 200 200 200 200 200 200 401",
    ),
]

OPERATIONS = [
    ("GET", "ops/cache/", None, "401 403 403 403 403 200 200 401"),
    ("POST*", "ops/cache/clear/", {}, "401 403 403 403 403 200 200 401"),
    ("GET", "ops/jobs/", None, "401 200 200 200 200 200 200 401"),
    ("POST", "ops/jobs/", {"name": "prune"}, "401 403 403 403 403 201 201 401"),
    ("GET", "ops/jobs/{job}/", None, "401 404 404 404 404 200 200 401"),
    ("POST", "ops/jobs/{job}/cancel/", None, "401 404 404 404 404 200 200 401"),
    ("POST", "ops/jobs/{failed_job}/retry/", None, "401 404 404 404 404 200 200 401"),
    ("GET", "/ns/v1", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/livez", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/metrics", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/readyz", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/api/schema/", None, "200 200 200 200 200 200 200 401"),
    ("GET", "/api/docs/", None, "200 200 200 200 200 200 200 401"),
]

PAGES = [
    # method, address, body                  anon own vie edi str man adm loc
    ("GET", "/", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/search/", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/categories/{leaf_slug}/", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/admin/password_change/", None, "302 302 302 302 302 302 302 302"),
    ("GET", "/pictures/lot/1/1.svg", None, "200 200 200 200 200 200 200 200"),
    ("GET*", "/items/{item}/{item_slug}/", None, "200 200 200 200 200 200 200 200"),
    ("GET*", "/items/{draft}/", None, "404 301 404 404 404 301 301 404"),
    ("GET", "/people/owner/", None, "200 200 200 200 200 200 200 200"),
    ("POST", "/people/locked/block/", None, "302 302 302 302 302 302 302 302"),
    ("POST", "/people/stranger/unblock/", None, "302 302 404 404 404 404 404 302"),
    ("GET", "/why/{item}/", None, "302 200 200 200 200 200 200 302"),
    ("GET", "/why/{draft}/", None, "302 200 404 404 404 200 200 302"),
    ("GET", "/interests/", None, "302 200 200 200 200 200 200 302"),
    ("POST", "/interests/{leaf}/remove/", None, "302 302 302 302 302 302 302 302"),
    ("POST", "/interests/{muted}/restore/", None, "302 302 404 404 404 404 404 302"),
    ("POST", "/hidden/{other_item}/remove/", None, "302 404 404 404 404 404 404 302"),
    ("POST", "/hidden/{other_item}/add/", None, "302 302 302 302 302 302 302 302"),
    ("POST", "/hidden/{draft}/add/", None, "302 302 404 404 404 302 302 302"),
    ("GET", "/watchlist/", None, "302 200 200 200 200 200 200 302"),
    ("POST", "/watchlist/{other_item}/add/", None, "302 302 302 302 302 302 302 302"),
    ("POST", "/watchlist/{draft}/add/", None, "302 302 404 404 404 302 302 302"),
    ("POST*", "/watchlist/{watched}/remove/", None, "302 302 302 302 302 302 302 302"),
    ("GET", "/bids/", None, "302 200 200 200 200 200 200 302"),
    ("POST*", "/bids/{item}/place/", {"amount": "50.00"}, "302 302 302 302 302 302 302 302"),
    ("POST*", "/bids/{draft}/place/", {"amount": "50.00"}, "302 302 404 404 404 302 302 302"),
    ("POST", "/bids/{for_sale}/buy/", None, "302 302 302 302 302 302 302 302"),
    ("GET", "/bags/", None, "302 200 200 200 200 200 200 302"),
    (
        "POST",
        "/bags/new/",
        {"name": "New", "visibility": "private"},
        "302 302 302 302 302 302 302 302",
    ),
    ("POST", "/bags/put/{other_item}/", {"name": "New"}, "302 302 302 302 302 302 302 302"),
    ("POST*", "/bags/put/{draft}/", {"name": "New"}, "302 302 404 404 404 302 302 302"),
    ("GET", "/bags/{bag}/", None, "404 200 200 200 404 404 404 404"),
    (
        "POST",
        "/bags/{bag}/change/",
        {"name": "New", "visibility": "public"},
        "302 302 403 403 404 404 404 302",
    ),
    ("POST", "/bags/{bag}/delete/", None, "302 302 403 403 404 404 404 302"),
    ("POST", "/bags/{bag}/items/{entry}/", {"quantity": "9"}, "302 302 403 302 404 404 404 302"),
    ("POST", "/bags/{bag}/items/{entry}/remove/", None, "302 302 403 302 404 404 404 302"),
    ("GET", "/sign-in/", None, "200 302 302 302 302 302 302 200"),
    ("POST*", "/sign-in/", SIGN_IN, "302 302 302 302 302 302 302 302"),
    ("POST*", "/sign-out/", None, "302 302 302 302 302 302 302 302"),
    ("GET", "/register/", None, "200 200 200 200 200 200 200 200"),
    ("POST", "/register/", NEWCOMER, "302 302 302 302 302 302 302 302"),
    ("GET", "/password/", None, "302 200 200 200 200 200 200 302"),
    ("POST*", "/password/", {}, "302 200 200 200 200 200 200 302"),
    ("GET", "/password/reset/", None, "200 200 200 200 200 200 200 200"),
    ("POST*", "/password/reset/", {}, "200 200 200 200 200 200 200 200"),
    ("GET", "/password/reset/sent/", None, "200 200 200 200 200 200 200 200"),
    ("GET", "/password/reset/x/y/", None, "200 200 200 200 200 200 200 200"),
    ("POST*", "/password/reset/x/y/", {}, "200 200 200 200 200 200 200 200"),
    ("GET", "/me/", None, "302 200 200 200 200 200 200 302"),
    ("GET", "/me/export/", None, "302 200 200 200 200 200 200 302"),
    ("POST", "/me/erase/", PASSWORD, "302 302 302 302 302 302 302 302"),
    ("POST*", "/me/erase/", {"password": "wrong"}, "302 400 400 400 400 400 400 302"),
]

ROUTES = [
    (method, address if address.startswith("/") else API + address, body, expected)
    for method, address, body, expected in [
        *ACCOUNTS,
        *STORED_ROWS,
        *ITEMS,
        *BAGS,
        *BIDDING,
        *EVENTS,
        *WORLDS,
        *SERVED,
        *OPERATIONS,
        *PAGES,
    ]
]


def statuses(expected):
    return dict(zip(CAST, map(int, expected.split()), strict=True))
