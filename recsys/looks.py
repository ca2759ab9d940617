"""How the API's description and the operator's console present themselves. Plain data."""

from django.templatetags.static import static

SPECTACULAR_SETTINGS = {
    "TITLE": "Recsys",
    "DESCRIPTION": "A marketplace that recommends: lots, watchlists, similar items and reasons.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "Presence": "accounts.data.Presence.choices",
        "ShownPresence": "accounts.data.SHOWN_PRESENCES",
        "Reason": "recommendations.data.Reason.choices",
        "SimilarityReason": "recommendations.data.SimilarityReason.choices",
        "ServedReason": "recommendations.rest.served.serializers.REASONS",
        "ItemKind": "inventory.data.Kind.choices",
        "EventKind": "recommendations.data.EventKind.choices",
    },
}

UNFOLD = {
    "SITE_TITLE": "Recsys",
    "SITE_HEADER": "Recsys",
    "SITE_SUBHEADER": "Operator's console",
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("site/icon.svg")}
    ],
    "STYLES": [lambda _: static("site/console.css")],
    "SIDEBAR": {"show_search": True, "show_all_applications": False},
}
