"""Somebody who asks nothing unusual while others do harm, and must be answered as if nothing was."""

import asyncio
import contextlib
from collections.abc import Sequence

from benchmarks.serving.client import Lost, asked, posted
from benchmarks.serving.questions import Question

LEAST = 3
PAUSE = 0.05


class Beside:
    """A client that goes on, one connection a request.

    Attributes:
        right: answers that were the offline ones.
        busy: whether the server may have no room for another connection just now: 503, asked again.
        bad: what else came.
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions, self.right, self.busy = questions, 0, False
        self.bad: list[str] = []

    async def ask(self, port: int) -> None:
        """Asks until it is cancelled."""
        while True:
            question = self.questions[(self.right + len(self.bad)) % len(self.questions)]
            try:
                reply = await asked(port, posted(question.path, question.fields))
            except (Lost, OSError) as error:
                self.bad.append(repr(error))
            else:
                if question.right(reply):
                    self.right += 1
                elif not (self.busy and reply.status == 503):
                    self.bad.append(f"{reply.status} {reply.body[:200]!r}")
            await asyncio.sleep(PAUSE)

    async def enough(self, going: "asyncio.Task[None]") -> None:
        """Ends it once there are some answers."""
        while self.right + len(self.bad) < LEAST:
            await asyncio.sleep(PAUSE)
        going.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await going
