"""Why something of FINI's is refused: sentences for the person who asked."""


class Refusal(Exception):
    """Nothing was changed; `sentences`: what happened, what it means, what to do."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences
