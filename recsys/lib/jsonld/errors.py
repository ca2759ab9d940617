"""Why a document is refused, in words its sender can act on."""

from recsys.lib.errors import InvalidInput


class InvalidDocument(InvalidInput):
    """Not JSON-LD this site can read; the detail names the cause."""

    code = "invalid_document"


class DocumentTooLarge(InvalidDocument):
    """Beyond a limit: bytes, depth, contexts, nodes, values or terms."""

    status = 413
    code = "document_too_large"


class UnknownContext(InvalidDocument):
    """Names a context that does not travel with the code; nothing is ever fetched."""

    code = "unknown_context"


class CoreTermRemapped(InvalidDocument):
    """Gives a term of a context it names another meaning."""

    code = "core_term_remapped"
