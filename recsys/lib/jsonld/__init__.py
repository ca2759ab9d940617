"""Open metadata: JSON-LD read and written without ever fetching anything.

Where to look: `statements.expand_to_statements` reads a document into what it says;
`limits.parse` turns bytes into a document, within limits; `processor.expand` and `.compact` are
PyLD's behind the same checks; `vocabulary` holds our own terms and the prefixes known by name.
"""
