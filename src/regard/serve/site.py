"""What the routes share, and how one request becomes an answer."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.requests import Request
from starlette.types import Receive

from regard.serve.aside import aside
from regard.serve.bodies import AttendBody, Body, LookBody
from regard.serve.choices import fitted
from regard.serve.files import items_of, kept
from regard.serve.incoming import FORM, Held, Incoming, Left, incoming, kind_of
from regard.serve.jobs import Job
from regard.serve.limits import BODIES, Limits
from regard.serve.refusals import Refusal, too_large, unfit
from regard.serve.served import Record, Served, found
from regard.serve.worker import Worker


@dataclass
class Site:
    """The models, who computes, and what is borne."""

    models: dict[str, Served]
    worker: Worker
    limits: Limits
    held: Held = field(init=False)

    def __post_init__(self) -> None:
        self.held = Held(BODIES * self.limits.body)

    @contextmanager
    def folder(self, request: Request) -> Iterator[Path | None]:
        """Where the files of a form lie while it is answered; None for JSON, which has none."""
        if kind_of(request) != FORM:
            yield None
            return
        with kept():
            made = TemporaryDirectory(prefix="regard-", ignore_cleanup_errors=True)
        with made as name:
            yield Path(name)

    async def answer(
        self, request: Request, verb: str, kind: type[Body], folder: Path | None
    ) -> tuple[str, list[Record]]:
        """The model's name, and a record for each item; the folder is for a form's files. Raises RegardError, Left."""
        with self.held.holding() as share:
            given = await incoming(request, self.limits, share, form=True)
            read = partial(self._read, verb, kind, given, folder)
            model, asked, items = await aside(given.size, read)
            return model.name, await self.computed(Job(model, verb, asked, items), request.receive) if items else []

    async def looked(self, request: Request, folder: Path | None) -> tuple[str, Record]:
        """The model's name, and what `/look` answers to the one item. Raises as `answer` does."""
        with self.held.holding() as share:
            given = await incoming(request, self.limits, share, form=True)
            wants = "html" if "text/html" in request.headers.get("accept", "") else "json"
            given.fields.setdefault("as", wants)
            model, asked, items = await aside(given.size, partial(self._one, given, folder))
            return model.name, (await self.computed(Job(model, "look", asked, items), request.receive))[0]

    @property
    def of_memories(self) -> list[str]:
        """What may be asked of some model's memory."""
        every = [model.remembering.verbs for model in self.models.values() if model.remembering is not None]
        return [*dict.fromkeys(verb for verbs in every for verb in verbs)]

    async def of_memory(self, request: Request, verb: str, kind: type[Body]) -> tuple[str, list[Record]]:
        """The model's name, and what its memory answers. Raises as `answer` does."""
        with self.held.holding() as share:
            given = await incoming(request, self.limits, share, form=False)
            name, job = await aside(given.size, partial(self._to_memory, verb, kind, given))
            return name, await self.computed(job(), request.receive)

    def _to_memory(self, verb: str, kind: type[Body], given: Incoming) -> tuple[str, Callable[[], Job]]:
        """Who is asked, and what makes the job, in the loop's thread."""
        body = fitted(kind, given.fields, "fields")
        model = found(self.models, body.model)
        model.check(verb)
        self._check_count(len(getattr(body, "items", ())))
        memory = model.remembering
        assert memory is not None, "who knows the verb has one"
        items, wanted = memory.items(body), memory.wanted(body)
        return model.name, lambda: Job(memory, verb, wanted, items)

    def _one(self, given: Incoming, folder: Path | None) -> tuple[Served, Any, Sequence[Any]]:
        """Who is asked, what was chosen, and the one item, of a form its only file."""
        files = [] if given.uploads is None else given.uploads
        if given.uploads is not None:
            given.fields.pop("items", None)
            given.fields.setdefault("item", None)
        body = fitted(LookBody, given.fields, "fields")
        model = found(self.models, body.model)
        model.check("look")
        if given.uploads is None or folder is None:
            items = model.items([body.item])
        else:
            items = items_of(model, files, folder, self.limits)
        if len(items) != 1:
            rule = "items: /look takes one item, a form one file with one"
            raise unfit(rule, len(items), "ask for each by itself")
        target = None if body.target is None else model.targets([body.target])[0]
        return model, model.wanted("look", body), [(items[0], target)]

    def _read(
        self, verb: str, kind: type[Body], given: Incoming, folder: Path | None
    ) -> tuple[Served, Any, Sequence[Any]]:
        """Who is asked, what was chosen, and the items."""
        body = fitted(kind, given.fields, "fields")
        model = found(self.models, body.model)
        model.check(verb)
        items = self._items(model, given, body, folder)
        return model, model.wanted(verb, body), items

    async def computed(self, job: Job, receive: Receive) -> list[Record]:
        """What the worker finds. Raises RegardError, Left where the client goes first, Refusal where time does."""
        self.worker.jobs.add(job)
        left = asyncio.ensure_future(gone(receive))
        try:
            waited: set[asyncio.Future[Any]] = {job.answer, left}
            done, _ = await asyncio.wait(waited, timeout=self.limits.timeout, return_when=asyncio.FIRST_COMPLETED)
            if job.answer in done:
                return job.answer.result()
            if left in done:
                raise Left
            raise self.late(job)
        finally:
            self.worker.jobs.leave(job)
            job.answer.cancel()
            left.cancel()

    def late(self, job: Job) -> Refusal:
        """503 for what was never begun, 504 for what took too long."""
        limit = f"{self.limits.timeout:g} seconds (limit --timeout)"
        if not job.begun:
            rule = f"regard serve: an answer is begun within {limit}"
            return Refusal(503, rule, got="others that came first", hint="the same again later", retry=5)
        rule, hint = f"regard serve: an answer takes at most {limit}", "ask for less: fewer or shorter items"
        return Refusal(504, rule, got=f"{len(job.items):,} items that take longer", hint=hint)

    def _items(self, model: Served, given: Incoming, body: Any, folder: Path | None) -> Sequence[Any]:
        if given.uploads is None or folder is None:
            self._check_count(len(body.items))
            items = model.items(body.items)
        else:
            self._check_count(len(given.uploads))
            items = items_of(model, given.uploads, folder, self.limits)
            self._check_count(len(items))
        if not isinstance(body, AttendBody):
            return items
        targets: Sequence[str | None] = [None] * len(items) if body.targets is None else model.targets(body.targets)
        if len(targets) != len(items):
            raise unfit(f"targets: one for each of {len(items)} items", body.targets)
        return list(zip(items, targets, strict=True))

    def _check_count(self, count: int) -> None:
        if count > self.limits.items:
            raise too_large("--items", self.limits.items, f"{count:,}", "items a request", "ask in several requests")


async def gone(receive: Receive) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
