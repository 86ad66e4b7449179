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
    say(f"  {time.monotonic() - started:.0f} s: {text}")


class Progress:
    """Prints how far a step is: a line for each tenth of the way, none within two
    seconds of the one before, so that a short step prints nothing.

    Lines instead of a moving bar: they read the same in a terminal and in a log.
    """

    PAUSE = 2  # seconds

    def __init__(self, total, unit=""):
        self.total, self.unit = total, unit
        self.tenth, self.printed = 0, time.monotonic()

    def reach(self, done):
        tenth = int(10 * min(done, self.total) / self.total)
        now = time.monotonic()
        if tenth > self.tenth and now - self.printed >= self.PAUSE:
            self.tenth, self.printed = tenth, now
            count = f" ({done:.0f} of {self.total:.0f} {self.unit})"
            say(f"  {tenth * 10} %{count if self.unit else ''}")
