"""What the user sees: one line for each step, and failures that name the remedy."""

import time
from contextlib import contextmanager


class Failure(Exception):
    """Something the user can put right. The message says what and how."""


def say(text=""):
    print(text, flush=True)


@contextmanager
def step(text):
    """Announce a step that takes a while, then say how long it took."""
    say(f"{text} …")
    started = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - started:.0f} s")


class Progress:
    """Prints how far a step is, a line for each tenth of the way.

    Lines instead of a moving bar: they read the same in a terminal and in a log.
    """

    def __init__(self, total, unit):
        self.total, self.unit, self.tenth = total, unit, 0

    def reach(self, done):
        tenth = int(10 * min(done, self.total) / self.total)
        if tenth > self.tenth:
            self.tenth = tenth
            say(f"  {tenth * 10} % ({done:.0f} of {self.total:.0f} {self.unit})")
