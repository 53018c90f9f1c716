"""Our own work while other programs are waited for."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Meanwhile(Generic[T]):
    """Work in a thread; nobody waits for it who is interrupted."""

    def __init__(self, work: Callable[[], T]) -> None:
        """Begin at once.

        Args:
            work: What is to be done.
        """
        self._work = work
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._do, daemon=True)
        self._thread.start()

    def result(self) -> T:
        """Wait for the end, and return what the work gave, or raise what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _do(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._error = error
