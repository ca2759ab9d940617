"""`Idempotency-Key` on a view's handler: sent twice, done once, answered alike."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from recsys.lib.idempotency.services import (
    Answer,
    Claim,
    claim_key,
    release_key,
    store_answer,
)
from recsys.lib.media import JSONRenderer
from recsys.lib.retry import retried_transaction

Handler = Callable[..., Response]

HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any text of your own; a repeat with the same key is answered, not done again.",
)
PRINTABLE = re.compile(r"[\x21-\x7e]{1,255}")


def idempotent(handler: Handler) -> Handler:
    """Let a creating POST be repeated safely: `@idempotent` above the view's method.

    With the header, the handler runs in one transaction with the storing of its answer. A refusal
    (any exception) stores nothing and leaves the key free.
    """

    @wraps(handler)
    def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None or not request.user.is_authenticated:
            return handler(view, request, *args, **kwargs)
        claim = claim_key(
            actor=request.user,
            key=_checked(key),
            fingerprint=_fingerprint(request),
            now=timezone.now(),
        )
        if isinstance(claim, Answer):
            return _replay(claim)
        return _run(claim, lambda: handler(view, request, *args, **kwargs))

    return extend_schema(parameters=[HEADER])(guarded)


def _run(claim: Claim, work: Callable[[], Response]) -> Response:
    @retried_transaction
    def work_and_store() -> Response:
        response = work()
        body = JSONRenderer().render(response.data).decode()
        store_answer(claim, Answer(response.status_code, body))
        return response

    try:
        return work_and_store()
    except Exception:
        release_key(claim)
        raise


def _replay(answer: Answer) -> Response:
    body = orjson.Fragment(answer.body) if answer.body else None
    return Response(body, status=answer.status, headers={"Idempotency-Replayed": "true"})


def _checked(key: str) -> str:
    if PRINTABLE.fullmatch(key):
        return key
    raise ValidationError({"Idempotency-Key": ["Send 1 to 255 printable ASCII characters."]})


def _fingerprint(request: Request) -> str:
    sent = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(b"\n".join([request.get_full_path().encode(), sent])).hexdigest()
