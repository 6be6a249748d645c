"""One open of a file for reading: which of its bytes have been sent."""

from sandbox.boxes import Entry


class Download:
    """`path` is as asked for, `size` what the file has at the moment."""

    def __init__(self, path: str, entry: Entry) -> None:
        self.path = path
        self.entry = entry
        self.reads = 0
        self.bytes_sent = 0
        self.counted = False
        self.is_gone = False
        self._runs: list[tuple[int, int]] = []

    @property
    def size(self) -> int:
        """In bytes."""
        return self.entry.size or 0

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.entry.name

    def sent(self, offset: int, length: int) -> None:
        """Note a range, in whatever order they are asked for."""
        self.reads += 1
        start, end = offset, offset + length
        self.bytes_sent += length
        apart = []
        for run in self._runs:
            if run[1] < start or end < run[0]:
                apart.append(run)
            else:
                start, end = min(start, run[0]), max(end, run[1])
        self._runs = sorted([*apart, (start, end)])

    @property
    def is_whole(self) -> bool:
        """Whether every byte has been sent; an empty file's are, once looked for."""
        if not self.size:
            return self.reads > 0
        return (
            bool(self._runs)
            and self._runs[0][0] == 0
            and (self._runs[0][1] >= self.size)
        )
