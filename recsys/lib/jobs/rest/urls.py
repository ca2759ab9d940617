from rest_framework.routers import SimpleRouter

from recsys.lib.jobs.rest.views import JobViewSet

router = SimpleRouter()
router.register("ops/jobs", JobViewSet, basename="job")

urlpatterns = router.urls
