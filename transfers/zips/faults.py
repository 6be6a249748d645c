"""The one error of reading a zip, and the one that asks for more of its end."""


class ZipFault(Exception):
    """The zip cannot be read, or not in one way only; the text says why."""


class NeedsTail(ZipFault):
    """The directory begins before the bytes at hand; `.size` last bytes are needed."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the last {size} bytes are needed")
        self.size = size
