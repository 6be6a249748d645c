"""Why a day is not set: sentences for the site admin who asked."""


class Refusal(Exception):
    """Nothing was changed; `field` is the one of the form to correct."""

    def __init__(self, field: str, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.field = field
