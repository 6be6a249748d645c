"""Told to stop: nothing new is begun at the exchange, what is in hand is finished.

`transfers.visit.signals` sets it from the signals of the worker.
"""

import mmap

# One byte that a pool's processes share with the worker that forked them; no lock,
# so that it can be set inside a signal's handler.
_flag = mmap.mmap(-1, 1)


def is_stopping() -> bool:
    return _flag[0] != 0


def stop() -> None:
    _flag[0] = 1


def start() -> None:
    _flag[0] = 0
