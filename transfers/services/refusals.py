"""Why a service says no, in a sentence for the person who asked."""

from transfers.models import Submission


class Refusal(Exception):
    """What was asked cannot be done; nothing was changed. `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class DuplicateContent(Refusal):
    """The same bytes were submitted before, and may be at HKEX: see `earlier`."""

    def __init__(self, earlier: Submission) -> None:
        super().__init__(
            f"The same content was submitted as {earlier.reference} "
            f"({earlier.file_name}), which is {earlier.get_status_display().lower()}. "
            "Nothing new was created. Follow that submission, or choose another file."
        )
        self.earlier = earlier
