"""The stored rows: people read their own, managers read and write all.

Nothing here says so: `recommendations.policies` does, and the default filter and permission ask.
"""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory.jsonld import category_iri
from inventory.queries import CategoryTree
from recommendations.jsonld import interests_document
from recommendations.models import ItemSimilarity, RecommendedItem, UserInterest
from recommendations.rest.stored import filters, serializers
from recsys.lib.errors import Conflict
from recsys.lib.jsonld.rest import LinkedAnswers
from recsys.lib.pagination import KeysetPagination


class StoredRowViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet):
    """Read in one shape, written in another, answered in the first."""

    lookup_value_regex = "[0-9]{1,19}"
    write_serializer_class: Any

    def create(self, request: Request) -> Response:
        return Response(self._write(None), status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        return Response(self._write(self.get_object()))

    def _write(self, row: Any) -> Any:
        body = self.write_serializer_class(row, data=self.request.data, partial=row is not None)
        body.is_valid(raise_exception=True)
        try:
            with transaction.atomic():
                row = body.save()
        except IntegrityError as error:
            raise Conflict("Such a row was stored a moment ago.") from error
        return self.get_serializer(row).data


def described(view: type[StoredRowViewSet]) -> type[StoredRowViewSet]:
    """Tell the schema which shape goes in and which comes out."""
    read, write = view.serializer_class, view.write_serializer_class
    decorate: Callable[[Any], Any] = extend_schema_view(
        create=extend_schema(request=write, responses={201: read}),
        partial_update=extend_schema(request=write, responses=read),
    )
    return decorate(view)


class BestFirst(KeysetPagination):
    ordering = ("user", "-score", "category")


@described
class UserInterestViewSet(LinkedAnswers, StoredRowViewSet):
    """What the system believes I want, best first; managers see everybody's."""

    queryset = UserInterest.objects.all()
    serializer_class = serializers.UserInterestReadSerializer
    write_serializer_class = serializers.UserInterestWriteSerializer
    filterset_class = filters.UserInterestFilter
    pagination_class = BestFirst

    def linked_data(self, data: Any, media_type: str) -> dict[str, Any]:
        page = data if self.action == "list" else {"results": [data]}
        here, categories = self.request.build_absolute_uri(), CategoryTree().by_id
        return interests_document(
            page, here, lambda pk: category_iri(categories[pk].slug), media_type
        )


class ByRank(KeysetPagination):
    ordering = ("user", "rank", "id")


@described
class RecommendedItemViewSet(StoredRowViewSet):
    """My list as it was last generated; `recommendations/` serves it, checked against today."""

    queryset = RecommendedItem.objects.all()
    serializer_class = serializers.RecommendedItemReadSerializer
    write_serializer_class = serializers.RecommendedItemWriteSerializer
    filterset_class = filters.RecommendedItemFilter
    pagination_class = ByRank


class MostSimilarFirst(KeysetPagination):
    ordering = ("source", "-score", "similar")


@described
class ItemSimilarityViewSet(StoredRowViewSet):
    """Which items resemble which, most similar first."""

    queryset = ItemSimilarity.objects.all()
    serializer_class = serializers.ItemSimilarityReadSerializer
    write_serializer_class = serializers.ItemSimilarityWriteSerializer
    filterset_class = filters.ItemSimilarityFilter
    pagination_class = MostSimilarFirst
