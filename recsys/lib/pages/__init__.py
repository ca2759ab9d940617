"""What the visitor's pages of every app share: refusals, lists in pages, what may be loaded."""
