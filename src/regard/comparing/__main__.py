"""One training of a comparison, in a process of its own: a job as JSON comes in, events go out, a line each.

It ends, with what was learned saved, when whoever gave the job goes away.
"""

import json
import os
import signal
import sys
import threading
from typing import Any, TextIO

from regard.comparing.work import work
from regard.errors import RegardError

INTERRUPTED, REFUSED = 130, 2


def main() -> int:
    """Reads the job, works, tells the end: a result, or the three lines of an error."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    given = json.loads(sys.stdin.readline())
    threading.Thread(target=_ends_with, args=(sys.stdin,), daemon=True).start()

    def tell(event: str, what: Any) -> None:
        out.write(json.dumps([event, what], ensure_ascii=False) + "\n")
        out.flush()

    try:
        tell("done", work(given["job"], given["folder"], tell))
    except RegardError as error:
        tell("error", [type(error).__name__, error.rule, error.got, error.hint])
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _ends_with(stream: TextIO) -> None:
    """Stops the training, as a signal would, once the stream has ended: nobody waits for it any more."""
    while stream.readline():
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
