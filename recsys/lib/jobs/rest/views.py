from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from recsys.lib.jobs import services
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.rest.filters import JobFilterSet
from recsys.lib.jobs.rest.serializers import JobReadSerializer, JobWriteSerializer
from recsys.lib.pagination import KeysetPagination


class NewestFirst(KeysetPagination):
    ordering = "-id"


@extend_schema(tags=["ops"])
class JobViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What the workers have done, are doing and will do; for managers."""

    queryset = Job.objects.all()
    serializer_class = JobReadSerializer
    pagination_class = NewestFirst
    filterset_class = JobFilterSet

    @extend_schema(
        request=JobWriteSerializer, responses={201: JobReadSerializer, 200: JobReadSerializer}
    )
    def create(self, request: Request) -> Response:
        """Enqueue a job; 200 and the earlier one while that is still enough."""
        wanted = JobWriteSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        job, is_new = services.submit(**wanted.validated_data, scheduled_at=timezone.now())
        created = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.get_serializer(job).data, status=created)

    @extend_schema(request=None, responses=JobReadSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Run it no more; one that is running stops when it next reports progress."""
        job = self.get_object()
        services.cancel(job=job, actor=request.user)
        return Response(self.get_serializer(job).data)

    @extend_schema(request=None, responses=JobReadSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Run a finished job again, with all its attempts."""
        job = self.get_object()
        services.retry(job=job, actor=request.user)
        return Response(self.get_serializer(job).data)
