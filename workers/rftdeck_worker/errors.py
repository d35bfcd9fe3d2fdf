"""What a person can mend, as opposed to a fault of ours."""


class SpecError(ValueError):
    """The spec cannot be trained as it is. The message names the field, e.g. `model.name: no such directory`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason
