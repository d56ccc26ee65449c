"""A proof that is told to end ends its servers, too."""

import signal
import sys


def end_in_order() -> None:
    """From now on SIGTERM ends this process as an error would: whatever it started is stopped on the way out."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
