"""Bids and orders, as far as the policies show them: a proxy's maximum is its owner's secret."""

from django.contrib import admin

from bidding.models import Bid, Order, ProxyBid
from recsys.lib.console import EndlessModelAdmin


@admin.register(Bid)
class BidAdmin(EndlessModelAdmin):
    list_display = ["item", "bidder", "amount", "kind", "created_at"]
    list_select_related = ["item", "bidder"]
    list_filter = ["kind"]
    search_fields = ["item__title"]


@admin.register(ProxyBid)
class ProxyBidAdmin(EndlessModelAdmin):
    list_display = ["item", "bidder", "maximum", "created_at"]
    list_select_related = ["item", "bidder"]
    search_fields = ["item__title"]


@admin.register(Order)
class OrderAdmin(EndlessModelAdmin):
    list_display = ["item", "buyer", "amount", "status", "created_at"]
    list_select_related = ["item", "buyer"]
    list_filter = ["status"]
    search_fields = ["item__title", "buyer__username"]
