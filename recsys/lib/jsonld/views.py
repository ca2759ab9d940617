"""Our vocabulary's address: the context for programs, a page on each term for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from recsys.lib.jsonld.rest import JSON_LD
from recsys.lib.jsonld.vocabulary import EXPORT_WORDS, PREFIXES, TERMS, namespace, own_context
from recsys.lib.privacy import export_words

A_DAY = 86_400


@require_safe
def vocabulary(request: HttpRequest) -> HttpResponse:
    """The page for those who prefer HTML, as browsers do; the context for everybody else."""
    if request.get_preferred_type([JSON_LD, "application/json", "text/html"]) == "text/html":
        words = {EXPORT_WORDS + word: text for word, text in export_words().items()}
        page = {"terms": TERMS, "prefixes": PREFIXES, "namespace": namespace(), "words": words}
        response = render(request, "vocabulary.html", page)
    else:
        response = JsonResponse(own_context(namespace()), content_type=JSON_LD)
        response["Access-Control-Allow-Origin"] = "*"
        # The page is each visitor's own: it names them. The context is everybody's.
        patch_cache_control(response, public=True, max_age=A_DAY)
    patch_vary_headers(response, ["Accept"])
    return response
