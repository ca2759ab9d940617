"""JSON-LD over REST: negotiated by `Accept`, read by `Content-Type`.

A view that mixes in `LinkedAnswers` answers JSON as ever; asked for JSON-LD it turns that same
data into a document by its `linked_data`. Refusals, and what OPTIONS tells, stay plain JSON.
`LinkedData` reads it as well.
"""

from typing import Any, ClassVar

from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from recsys.lib.jsonld.errors import InvalidDocument
from recsys.lib.jsonld.gltf import metadata_of_asset
from recsys.lib.jsonld.limits import MAX_BYTES, check_named_once, parse
from recsys.lib.media import JSONParser, JSONRenderer

JSON_LD = "application/ld+json"
ACTIVITY = "application/activity+json"
ACTIVITY_PROFILE = f'{JSON_LD}; profile="https://www.w3.org/ns/activitystreams"'
"""The other name that ActivityPub gives ActivityStreams' words, and that its clients must use."""

MAX_SENT_ASSET_JSON = 1024 * 1024
"""Of an asset, without its geometry; files are imported up to sixteen times as much."""
MAX_GEOMETRY = 256 * 1024 * 1024
PIECE = 1024 * 1024


class DescribedJSONParser(JSONParser):
    """Plain JSON whose `metadata` is a document: as strict, then, as about one that is sent."""

    def value_of(self, body: bytes) -> Any:
        value = super().value_of(body)
        if isinstance(value, dict) and "metadata" in value:
            check_named_once(body)
        return value


class LinkedDataParser(BaseParser):
    media_type = JSON_LD

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The document, within limits; a body beyond them is not even read to its end."""
        return parse(stream.read(MAX_BYTES + 1))


class ActivityParser(LinkedDataParser):
    media_type = ACTIVITY


class AssetParser(LinkedDataParser):
    """A glTF asset as the document that its metadata is; nothing else of it is read or kept."""

    media_type = "model/gltf+json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        document = metadata_of_asset(stream, MAX_SENT_ASSET_JSON)
        if not document:
            raise InvalidDocument("The asset carries no KHR_xmp_json_ld packet and no VRM meta.")
        _pass_over(stream)
        return document


def _pass_over(stream: Any) -> None:
    """Take what is left of a body: a client cut off while it sends may never read the answer."""
    left = MAX_GEOMETRY
    while left > 0 and (piece := stream.read(PIECE)):
        left -= len(piece)


class BinaryAssetParser(AssetParser):
    media_type = "model/gltf-binary"


class LinkedDataRenderer(BaseRenderer):
    """schema.org's words: what shops and search engines read."""

    media_type = JSON_LD
    format = "jsonld"
    charset = None
    words = JSON_LD
    """The media type that names the vocabulary."""

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        context = renderer_context or {}
        response = context.get("response")
        if data is not None and response is not None and _is_representation(response, context):
            data = context["view"].linked_data(data, self.words)
        elif response is not None:
            response["Content-Type"] = JSONRenderer.media_type
        return JSONRenderer().render(data)


def _is_representation(response: Any, context: dict[str, Any]) -> bool:
    """Whether the answer shows what the view is about: not a refusal, nor what OPTIONS tells."""
    return response.status_code < 400 and context["request"].method != "OPTIONS"


class ActivityRenderer(LinkedDataRenderer):
    """ActivityStreams' words: what the Fediverse reads."""

    media_type = words = ACTIVITY
    format = "activity"


class ActivityProfileRenderer(ActivityRenderer):
    """The same under its other name; found before the plain one, which would match as well."""

    media_type = ACTIVITY_PROFILE
    format = "activity-profile"


class LinkedAnswers:
    """For views: the same answers as JSON-LD, too."""

    renderer_classes: ClassVar[Any] = (
        JSONRenderer,
        ActivityProfileRenderer,
        LinkedDataRenderer,
        ActivityRenderer,
    )
    linked_actions: ClassVar[frozenset[str] | None] = None
    """Of a viewset: those that answer with what `linked_data` knows; None for all."""
    request: Any

    def get_renderers(self) -> Any:
        action = getattr(self, "action", None)
        # OPTIONS ("metadata") is answered whatever is accepted: `_is_representation`.
        if self.linked_actions is None or action in {*self.linked_actions, "metadata"}:
            return super().get_renderers()  # type: ignore[misc]
        return [JSONRenderer()]

    def linked_data(self, data: Any, media_type: str) -> dict[str, Any]:
        """The JSON-LD document of an answer's data, in the vocabulary of the media type."""
        raise NotImplementedError

    def answers_linked_data(self) -> bool:
        """Whether this request will be answered with JSON-LD."""
        renderer = getattr(self.request, "accepted_renderer", None)
        return isinstance(renderer, LinkedDataRenderer)


class LinkedData(LinkedAnswers):
    """For views that are sent JSON-LD, too."""

    parser_classes: ClassVar[Any] = (DescribedJSONParser, LinkedDataParser, ActivityParser)

    def sent_linked_data(self) -> bool:
        """Whether this request's body is JSON-LD."""
        sent = str(self.request.content_type or "").partition(";")[0].strip()
        parsers = (each for each in self.parser_classes if issubclass(each, LinkedDataParser))
        return sent in {parser.media_type for parser in parsers}


class LinkedAssets(LinkedData):
    """For views that are sent glTF assets, too."""

    parser_classes: ClassVar[Any] = (*LinkedData.parser_classes, AssetParser, BinaryAssetParser)
