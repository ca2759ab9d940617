"""docs/authorization.md says what the policies do: its tables are compared with them.

When a policy changes, the test writes the document as it should be to var/authorization.md.
"""

import re
from inspect import getdoc
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from knox.models import AuthToken

from accounts.data import Role
from recsys.lib.access import models_with_policy, policy_of, readable_by
from tests.project.matrix.one_of_each import one_of_each
from tests.project.matrix.world import people, rows

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "authorization.md"
ACTORS = ("anonymous", "owner", "viewer", "editor", "stranger", "manager", "administrator")


@pytest.fixture
def world(db):
    cast = people()
    AuthToken.objects.create(cast["owner"])
    return cast | {"anonymous": AnonymousUser()}, one_of_each(cast, rows(cast))


def may(actor, row):
    """What `actor` may do to `row`, in letters; nothing to what they do not see."""
    policy = policy_of(type(row))
    if not readable_by(actor, type(row)._base_manager.filter(pk=row.pk)).exists():
        return "–"
    change, delete = policy.may_change(actor, row), policy.may_delete(actor, row)
    return "R" + "C" * change + "D" * delete


def table(heads, lines):
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *lines))


def rows_by_actor(cast, examples):
    lines = [[words, *(may(cast[name], row) for name in ACTORS)] for words, row in examples]
    return table(["", *ACTORS], lines)


def policies_in_words(cast, examples):
    lines = []
    for model in dict.fromkeys(type(row) for _, row in examples):
        policy = policy_of(model)
        makers = [name for name in ACTORS if policy.may_create(cast[name])]
        words = " ".join(getdoc(type(policy)).split())
        lines.append([f"`{model._meta.label}`", words, ", ".join(makers) or "–"])
    return table(["rows", "policy", "made by, on request"], lines)


def roles():
    return table(
        ["role", "may"],
        [
            [role.value, ", ".join(f"`{name}`" for name in permissions_of(role))]
            for role in sorted(Role)
        ],
    )


def permissions_of(role):
    held = Group.objects.get(name=role).permissions
    return sorted(
        f"{app}.{codename}"
        for app, codename in held.values_list("content_type__app_label", "codename")
    )


def with_section(document, name, text):
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    assert begin in document, f"docs/authorization.md has no {begin}"
    return re.sub(
        f"{begin}.*{end}", lambda _: f"{begin}\n{text}\n{end}", document, flags=re.DOTALL
    )


def test_the_document_says_what_the_policies_do(world):
    written = expected = DOCUMENT.read_text()
    for name, text in {
        "rows": rows_by_actor(*world),
        "policies": policies_in_words(*world),
        "roles": roles(),
    }.items():
        expected = with_section(expected, name, text)
    (settings.VAR_DIR / DOCUMENT.name).write_text(expected)
    assert written == expected, "cp var/authorization.md docs/authorization.md, and read it"


def test_the_document_leaves_no_policy_out(world):
    _, examples = world
    assert {type(row) for _, row in examples} == models_with_policy()


def test_every_policy_says_in_words_what_it_does():
    for model in models_with_policy():
        policy_class = type(policy_of(model))
        assert policy_class.__doc__, f"{policy_class.__name__} has no docstring"
