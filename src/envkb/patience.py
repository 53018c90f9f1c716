"""Holds back signals for the moment in which an interruption would do harm."""

import signal
import threading
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_INTERRUPTS: Final = tuple(one for one in signal.Signals if one.name in ("SIGINT", "SIGTERM", "SIGHUP"))


class Patience:
    """Holds back what would interrupt the main thread, so that no program is started and then forgotten.

    A signal that comes meanwhile does its work when the patience ends.
    """

    def __init__(self) -> None:
        """Hold nothing back yet."""
        self._handlers: dict[signal.Signals, Callable[[int, FrameType | None], object]] = {}
        self._came: list[int] = []

    def __enter__(self) -> Self:
        """Hold back from now on; elsewhere than in the main thread, nothing interrupts."""
        if threading.current_thread() is threading.main_thread():
            try:
                for number in _INTERRUPTS:
                    handler = signal.getsignal(number)
                    # What is ignored has to stay ignored: the program inherits that.
                    if callable(handler):
                        self._handlers[number] = handler
                        signal.signal(number, self._hold)
            except BaseException:
                self.end()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        """Hold nothing back any more."""
        self.end()

    def end(self) -> None:
        """Let signals through again, those that came meanwhile first."""
        while self._handlers:
            number, handler = next(iter(self._handlers.items()))
            signal.signal(number, handler)
            del self._handlers[number]
        while self._came:
            signal.raise_signal(self._came.pop())

    def _hold(self, number: int, frame: "FrameType | None") -> None:
        del frame
        self._came.append(number)
