"""The contexts that travel with the code, and the one loader that serves them and nothing else."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from pyld import BUNDLED_CONTEXTS, FrozenDocumentLoader

from recsys.lib.jsonld import vocabulary

ACTIVITYSTREAMS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
SCHEMA_ORG = "https://schema.org/"
SCHEMA_ORG_SPELLINGS = (
    SCHEMA_ORG,
    "https://schema.org",
    "http://schema.org/",
    "http://schema.org",
    "https://schema.org/docs/jsonldcontext.json",
    "https://schema.org/docs/jsonldcontext.jsonld",
)
SCHEMA_ORG_FILE = Path(__file__).parent / "contexts" / "schemaorg-12.0.jsonld"


class StaticDocumentLoader(FrozenDocumentLoader):
    """Serves bundled contexts only, each marked as unchanging.

    The mark lets PyLD process a context once instead of at every call: without it, each document
    that names schema.org would cost 60 ms.
    """

    def __call__(self, url: str, options: dict[str, Any]) -> Any:
        return super().__call__(url, options) | {"tag": "static"}


@cache
def bundled_contexts(own_address: str) -> Mapping[str, Any]:
    """Address → context document, for every context a document may name."""
    schema_org = _read(SCHEMA_ORG_FILE)
    return {
        ACTIVITYSTREAMS: _read(BUNDLED_CONTEXTS[ACTIVITYSTREAMS]),
        SECURITY: _read(BUNDLED_CONTEXTS[SECURITY]),
        own_address: vocabulary.own_context(f"{own_address}#"),
        **dict.fromkeys(SCHEMA_ORG_SPELLINGS, schema_org),
    }


def _read(path: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


def known_contexts() -> Mapping[str, Any]:
    return bundled_contexts(vocabulary.own_address())


@cache
def loader_for(own_address: str) -> StaticDocumentLoader:
    return StaticDocumentLoader(bundled_contexts(own_address))


def frozen_loader() -> StaticDocumentLoader:
    """The one loader of this process."""
    return loader_for(vocabulary.own_address())
