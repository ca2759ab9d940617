"""Everything known about a person can be taken along and forgotten, whichever app stores it."""

import json
from decimal import Decimal

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.utils import timezone
from guardian.models import UserObjectPermission
from knox.models import AuthToken

from accounts import services
from accounts.models import Block, Friendship, RoleGrant, User, UserIdentity
from bidding.models import Bid, Order, ProxyBid
from inventory.data import BagRole
from inventory.models import Bag, Item, ItemAttribute, WatchlistItem
from inventory.services import share_bag
from recommendations.models import (
    Event,
    Exploration,
    MutedCategory,
    RecommendedItem,
    UserInterest,
)
from recsys.lib.idempotency.models import IdempotencyKey
from recsys.lib.jsonld.processor import expand
from recsys.lib.jsonld.vocabulary import own_address
from recsys.lib.privacy import exemptions, holdings, node_id
from tests.factories import (
    PASSWORD,
    BagEntryFactory,
    BagFactory,
    BidFactory,
    CategoryFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)

ME = "/api/v1/me/"
PERSON = 987_654_321_987
NAME = "lady_lovelace_1815"
ADDRESS = "countess@analytical.example"

pytestmark = pytest.mark.django_db


# --- every model is declared ---


def relations(model):
    return [f for f in model._meta.concrete_fields if f.is_relation]


def models_about_people():
    """Models from which a person can be reached by foreign keys, however far away."""
    about = {User}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if any(field.related_model in about for field in relations(model))
        }
        if more <= about:
            return about
        about |= more


def test_every_model_that_leads_to_a_person_is_declared_or_exempt():
    declared = {holding.model for holding in holdings} | exemptions.keys()
    assert models_about_people() - declared == set()


def test_every_foreign_key_to_a_person_is_declared():
    keys = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in relations(model)
        if field.related_model is User and model not in exemptions
    }
    assert keys - {(holding.model, holding.path) for holding in holdings} == set()


def test_every_exemption_says_why_and_none_is_idle():
    assert all(len(reason) > 20 for reason in exemptions.values())
    assert exemptions.keys() <= models_about_people()


# --- a person of whom everything is stored ---


@pytest.fixture
def person(administrator):
    """Somebody with a row in every table that knows people."""
    user = UserFactory(id=PERSON, username=NAME, email=ADDRESS)
    other = UserFactory()
    _account_rows(user, other, administrator)
    _market_rows(user, other)
    _belief_rows(user)
    return user


def _account_rows(user, other, administrator):
    group = Group.objects.get(name="sellers")
    user.groups.add(group)
    user.user_permissions.add(Permission.objects.get(codename="run_worlds"))
    for holder, giver in ((user, administrator), (other, user)):
        RoleGrant.objects.create(
            user=holder, group=group, expires_at=timezone.now(), granted_by=giver
        )
    UserIdentity.objects.create(provider="elsewhere", uid=NAME, user=user)
    Friendship.objects.create(user=user, friend=other)
    Friendship.objects.create(user=UserFactory(), friend=user)
    Block.objects.create(user=user, blocked=other)
    Block.objects.create(user=other, blocked=user)
    services.delegate_items(actor=user, seller=user, operator=other)
    services.delegate_items(actor=other, seller=other, operator=user)
    UserObjectPermission.objects.assign_perm("change_group", user, group)
    AuthToken.objects.create(user)
    Client().force_login(user)
    services.lock_user(actor=administrator, user=user, now=timezone.now())
    services.unlock_user(actor=administrator, user=user)
    AuthToken.objects.create(user)
    Client().force_login(user)
    IdempotencyKey.objects.create(
        caller=user, key="k", fingerprint="f", lease_until=timezone.now(), body=NAME
    )
    LogEntry.objects.log_actions(user.pk, [group], CHANGE, "Renamed", single_object=True)


def _market_rows(user, other):
    BidFactory(bidder=user, amount=Decimal(20))
    ProxyBid.objects.create(item=ItemFactory(), bidder=user, maximum=Decimal(99))
    Order.objects.create(item=ItemFactory(), buyer=user, amount=Decimal(20))
    ItemFactory(seller=user, title="Nobody bid on this")
    sold = ItemFactory(seller=user, title="A lot with bids", bid_count=1, metadata={"by": NAME})
    for predicate, value in (
        ("http://purl.org/dc/terms/creator", NAME),
        ("https://schema.org/color", "brass"),
    ):
        ItemAttribute.objects.create(
            item=sold, created_at=sold.created_at, predicate=predicate, value=value
        )
    BidFactory(item=sold, bidder=other)
    WatchlistItemFactory(user=user, item=ItemFactory(title="Watched by two", watcher_count=2))
    mine, theirs = BagFactory(owner=user), BagFactory(owner=other)
    BagEntryFactory(bag=mine)
    share_bag(actor=user, bag_id=mine.pk, user_id=other.pk, role=BagRole.VIEWER)
    share_bag(actor=other, bag_id=theirs.pk, user_id=user.pk, role=BagRole.EDITOR)


def _belief_rows(user):
    now = timezone.now()
    UserInterest.objects.create(
        user=user,
        category=CategoryFactory(),
        score=1,
        interaction_count=1,
        last_interaction_at=now,
    )
    MutedCategory.objects.create(user=user, category=CategoryFactory())
    RecommendedItem.objects.create(
        user=user, item=ItemFactory(), score=1, rank=1, reason="for_you"
    )
    Event.objects.create(user=user, item=ItemFactory(), kind="view", event_id="e-1")
    Exploration.objects.create(
        user=user, item=ItemFactory(), rank=1, propensity=1, among=1, shown_on=now, shown_at=now
    )


def test_the_person_of_these_tests_has_a_row_of_every_kind(person):
    assert [h.section for h in holdings if not h.rows(person.pk).exists()] == []


# --- taking it along ---


def exported(client):
    answer = client.get(f"{ME}export/", HTTP_ACCEPT="application/ld+json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ld+json")
    assert answer.streaming
    return json.loads(b"".join(answer.streaming_content))


def test_the_export_holds_every_row_about_the_caller(api, person):
    document = exported(api(person))
    assert document["@id"] == node_id(User, PERSON)
    for holding in holdings:
        rows, section = holding.rows(PERSON), holding.section.replace(" ", "_")
        if holding.model._meta.pk.name in holding.secret:
            assert len(document[section]) == rows.count()
        else:
            stored = {node_id(holding.model, row.pk) for row in rows}
            assert {node["@id"] for node in document[section]} == stored


def test_the_export_gives_values_and_keeps_secrets(api, person):
    document = exported(api(person))
    assert document["account"][0]["email"] == ADDRESS
    assert document["bids"][0]["amount"] == "20.00"
    assert document["bids"][0]["item"]["@id"].startswith(f"{settings.PUBLIC_URL}/api/v1/items/")
    text = json.dumps(document)
    token = AuthToken.objects.filter(user=person).first()
    session = person.sessions.get()
    secrets = (person.password, token.digest, token.token_key)
    for secret in (*secrets, session.session_key, session.session_data):
        assert secret not in text


def test_every_name_in_the_export_resolves(api, person):
    client = api(person)
    (node,) = expand(exported(client)).nodes
    here = f"{settings.PUBLIC_URL}{ME}export/"
    for iri in {iri.partition("#")[0] for iri in names_in(node)}:
        assert iri.startswith(settings.PUBLIC_URL)
        assert iri == here or client.get(iri.removeprefix(settings.PUBLIC_URL)).status_code == 200


def test_every_word_of_the_export_is_explained_where_its_iri_leads(api, client, person):
    (node,) = expand(exported(api(person))).nodes
    address = own_address().removeprefix(settings.PUBLIC_URL)
    page = client.get(address, HTTP_ACCEPT="text/html").content.decode()
    for iri in {*words_in(node)}:
        where, _, anchor = iri.partition("#")
        assert where == own_address()
        assert f'id="{anchor}"' in page, iri


def names_in(value):
    if isinstance(value, list):
        return [name for each in value for name in names_in(each)]
    if not isinstance(value, dict):
        return []
    return [value[key] for key in ("@id",) if key in value] + names_in([*value.values()])


def words_in(value):
    if isinstance(value, list):
        return [word for each in value for word in words_in(each)]
    if not isinstance(value, dict) or "@value" in value:
        return []
    keys = [key for key in value if key[0] != "@"]
    return [*keys, *value.get("@type", ()), *words_in([value[key] for key in keys])]


def test_the_export_holds_nothing_of_anybody_else(api, person, stranger):
    document = exported(api(stranger))
    sections = {name: rows for name, rows in document.items() if isinstance(rows, list) and rows}
    assert sections.keys() == {"account", "tokens"}


def test_an_export_reads_in_batches_however_much_there_is(
    api, stranger, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("recsys.lib.privacy.ROWS_AT_ONCE", 2)
    item = ItemFactory()
    Event.objects.bulk_create(
        Event(user=stranger, item=item, kind="view", event_id=f"e-{n}") for n in range(5)
    )
    events = exported(api(stranger))["events"]
    assert [node["event_id"] for node in events] == [f"e-{n}" for n in range(5)]


def test_a_stranger_exports_nothing(api):
    assert api().get(f"{ME}export/").status_code == 401


# --- being forgotten ---


def every_value():
    """(table, value) for all that is stored in the database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield from ((table, str(value)) for value in row)


def test_after_erasing_no_table_knows_id_name_or_address(api, person):
    traces = (str(PERSON), NAME, ADDRESS)
    assert any(trace in value for _, value in every_value() for trace in traces)
    assert api(person).delete(ME, {"password": PASSWORD}).status_code == 204
    left = [(table, v) for table, v in every_value() if any(trace in v for trace in traces)]
    assert left == []


def test_erasing_keeps_the_auctions_record_under_an_alias(api, person):
    bids, orders = Bid.objects.count(), Order.objects.count()
    api(person).delete(ME, {"password": PASSWORD})
    alias = User.objects.get(username__startswith="erased_")
    assert (Bid.objects.count(), Order.objects.count()) == (bids, orders)
    assert alias.bids.count() == alias.orders.count() == 1
    lot = Item.objects.get(title="A lot with bids")
    assert (lot.seller, lot.auction_status, lot.metadata) == (alias, "cancelled", {})
    assert [statement.value for statement in lot.attributes.all()] == ["brass"]
    assert not Item.objects.filter(title="Nobody bid on this").exists()
    assert not alias.is_active
    assert not alias.has_usable_password()


def test_erasing_lowers_the_watcher_counts_of_what_was_watched(api, person):
    api(person).delete(ME, {"password": PASSWORD})
    assert Item.objects.get(title="Watched by two").watcher_count == 1
    assert not WatchlistItem.objects.exists()
    assert not Bag.objects.filter(owner=PERSON).exists()


def test_an_erased_bidder_and_an_erased_seller_stay_two(api, person, stranger):
    lot = ItemFactory(seller=stranger, bid_count=1)
    BidFactory(item=lot, bidder=person)
    for user in (person, stranger):
        api(user).delete(ME, {"password": PASSWORD})
    lot.refresh_from_db()
    assert lot.seller_id != lot.bids.get().bidder_id


def test_the_audit_log_survives_the_administrator_who_wrote_it(api, administrator, stranger):
    services.lock_user(actor=administrator, user=stranger, now=timezone.now())
    api(administrator).delete(ME, {"password": PASSWORD})
    assert LogEntry.objects.get().change_message == "Locked"


@pytest.mark.parametrize("body", [{}, {"password": ""}, {"password": "wrong"}])
def test_without_the_password_nothing_is_erased(api, person, body):
    caller = api(person)
    before = {holding: holding.rows(PERSON).count() for holding in holdings}
    answer = caller.delete(ME, body)
    assert answer.status_code == 400
    assert "password" in answer.json()["fields"]
    assert {holding: holding.rows(PERSON).count() for holding in holdings} == before


def test_the_token_of_an_erased_person_opens_nothing(api, person):
    caller = api(person)
    caller.delete(ME, {"password": PASSWORD})
    assert caller.get(ME).status_code == 401
