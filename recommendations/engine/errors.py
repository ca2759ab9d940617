"""What the engine refuses, by a named reason."""


class EngineError(ValueError):
    """Input or an artifact the engine refuses; `reason` is stable and machine-readable."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
