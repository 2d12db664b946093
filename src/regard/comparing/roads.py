"""The roads of training that comparisons take: what is read, what is left of it, and the training itself."""

from dataclasses import replace
from typing import Any, NamedTuple, cast

from regard.comparing.job import Config, Job
from regard.comparing.sharing import beginnings, some_examples, some_lines, some_pairs
from regard.training.answer import Parts, TrainedAnswerer, train_answerer
from regard.training.answer_checks import check_answer_choices
from regard.training.answer_files import read_parts
from regard.training.config import TranslateConfig
from regard.training.generate import TrainedGenerator, train_generator
from regard.training.generate_config import GenerateConfig
from regard.training.generate_texts import TextParts, lines_of, read_texts
from regard.training.progress import Silent, Watcher
from regard.training.translate import Trained, train_translator
from regard.training.translations import Split, read

AnyParts = Parts | Split | TextParts
"""Each has `train`, `valid` and perhaps `test`."""


class Finished(NamedTuple):
    """A trained model, what it is scored by, and how many updates and seconds it took."""

    model: Any
    metric: str
    steps: int
    seconds: float


def parts_of(job: Job, config: Config, watcher: Watcher) -> AnyParts:
    """What the files hold, less what the job leaves out; held-out parts stay whole, but for being cut to a length."""
    if isinstance(config, TranslateConfig):
        pairs = read(config, watcher)
        return pairs if job.share is None else pairs._replace(train=some_pairs(pairs.train, job.share, job.seed))
    if isinstance(config, GenerateConfig):
        lines = read_texts(config, watcher)
        if job.share is None:
            return lines
        return lines._replace(train=some_lines(lines.train, job.share, job.seed, config.each_line))
    check_answer_choices(job.kind, config)
    parts = read_parts(job.kind, config, watcher)
    if job.share is not None:
        parts = parts._replace(train=some_examples(parts.train, job.share, job.seed))
    if job.cut and job.length is not None:
        parts = Parts(*(None if each is None else beginnings(each, job.length) for each in parts))  # type: ignore[arg-type]
    return parts


def trained(kind: str, config: Config, watcher: Watcher, parts: AnyParts) -> Finished:
    """The training in its folder, from its beginning or from where it was left."""
    done: Trained | TrainedGenerator | TrainedAnswerer
    if isinstance(config, TranslateConfig):
        done = train_translator(config, watcher, cast(Split, parts))
    elif isinstance(config, GenerateConfig):
        done = train_generator(config, watcher, cast(TextParts, parts))
    else:
        done = train_answerer(kind, config, watcher, cast(Parts, parts))
    outcome = done.outcome
    return Finished(done.model, outcome.metric, outcome.position.step, outcome.position.seconds)


def tests_of(job: Job, config: Config, parts: AnyParts) -> tuple[str, dict[int | None, Any]]:
    """`test` or `validation`, and what is tested on: one part, or one for each length."""
    if not job.tests:
        return ("validation", {None: parts.valid}) if parts.test is None else ("test", {None: parts.test})
    return "test", {length: _test(job, config, job.test(length)) for length in job.tests}


def _test(job: Job, config: Config, files: list[str]) -> Any:
    """The items of a test's files, read as those of training are."""
    if isinstance(config, TranslateConfig):
        return read(replace(config, test=files), Silent()).test
    if isinstance(config, GenerateConfig):
        return lines_of(config, files, Silent())
    return read_parts(job.kind, replace(config, test=files), Silent()).test
