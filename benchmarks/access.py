"""A page of 50 own interests out of 200,000: by policy, by hand, and by guardian's shortcut.

    nice python -m benchmarks.access [--people 4000] [--pages 300]

Every person has 50 interests, and an explicit grant on each for guardian to look up. The page is
the one `GET interests/?limit=50` reads. Asking a policy takes a statement for the caller's
permissions, once per request, whatever is asked of it afterwards; it is measured by itself.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from guardian.models import UserObjectPermission
from guardian.shortcuts import get_objects_for_user

from accounts.models import User
from benchmarks.databases import scratch_database
from inventory.models import Category
from recommendations.models import UserInterest
from recsys.lib.access import readable_by

PAGE = 50


def main() -> None:
    options = arguments()
    with scratch_database("access"):
        fill(options.people)
        measure(options.pages)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4_000)
    parser.add_argument("--pages", type=int, default=300)
    return parser.parse_args()


def fill(people: int) -> None:
    now = timezone.now()
    User.objects.bulk_create(User(username=f"person_{n}") for n in range(people))
    Category.objects.bulk_create(Category(name=f"C {n}", slug=f"c-{n}") for n in range(PAGE))
    categories = list(Category.objects.all())
    UserInterest.objects.bulk_create(
        [
            UserInterest(
                user=user,
                category=category,
                score=(n + 1) / PAGE,
                interaction_count=1,
                last_interaction_at=now,
            )
            for user in User.objects.all()
            for n, category in enumerate(categories)
        ],
        batch_size=1_000,
    )
    grant_each_to_its_owner()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def grant_each_to_its_owner() -> None:
    permission = Permission.objects.get(codename="view_userinterest")
    kind = ContentType.objects.get_for_model(UserInterest)
    UserObjectPermission.objects.bulk_create(
        [
            UserObjectPermission(
                user_id=user, permission=permission, content_type=kind, object_pk=str(row)
            )
            for row, user in UserInterest.objects.values_list("pk", "user")
        ],
        batch_size=1_000,
    )


def measure(pages: int) -> None:
    someone = User.objects.order_by("pk")[User.objects.count() // 2].pk
    ways: dict[str, Callable[[User], Any]] = {
        "without policy": lambda user: page_of(UserInterest.objects.filter(user=user.pk)),
        "with policy": lambda user: page_of(readable_by(user, UserInterest.objects.all())),
        "with policy, permissions fetched": lambda user: (
            user.get_all_permissions(),
            page_of(readable_by(user, UserInterest.objects.all())),
        ),
        "permissions alone": lambda user: user.get_all_permissions(),
        "get_objects_for_user": lambda user: page_of(
            get_objects_for_user(user, "view_userinterest", UserInterest)
        ),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(pages):
        for name, way in ways.items():
            if name == "get_objects_for_user" and number % 30:
                continue  # slow enough to tell from a few
            user = User.objects.get(pk=someone)
            if name == "with policy":
                user.get_all_permissions()
            taken[name].append(milliseconds(way, user))
    report({name: median(times) for name, times in taken.items()})


def page_of(rows: Any) -> int:
    page = list(rows.order_by("user", "-score", "category", "id")[:PAGE])
    assert len(page) == PAGE
    return len(page)


def milliseconds(way: Callable[[User], Any], user: User) -> float:
    started = time.perf_counter()
    way(user)
    return (time.perf_counter() - started) * 1000


def report(figures: dict[str, float]) -> None:
    plain = figures["without policy"]
    print(
        f"{connection.vendor}, {UserInterest.objects.count():,} rows, median of a page of {PAGE}:"
    )
    for name, figure in figures.items():
        print(f"  {name:<34}{figure:>8.2f} ms  {figure / plain:>7.2f}×")


if __name__ == "__main__":
    main()
