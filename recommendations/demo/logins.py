"""The two accounts anybody may use on a demo; script/demo prints them."""

DEMO_USERNAME = "demo"
DEMO_PASSWORD = "demo-password"  # noqa: S105 (known on purpose; refused outside DEBUG)
OPERATOR_USERNAME = "operator"
OPERATOR_PASSWORD = "operator-password"  # noqa: S105 (likewise)
