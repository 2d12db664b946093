"""`regard remember MODEL DATA --memory DIR`: teaches a trained model without training it."""

import sys
import time
from collections.abc import Sequence

from regard.cli.teaching import Taught, taught
from regard.errors import OptionError
from regard.memory.choosing import choose
from regard.memory.giving import Model
from regard.memory.lessons import Lessons
from regard.memory.memory import Memory
from regard.memory.mixing import Mixing
from regard.memory.opening import opened
from regard.memory.remembering import remember, settle_classes

SECONDS = 5.0
"""Between two lines about progress."""
ABOUT = "Writes items and their answers to a model's memory; what is there already is passed over."


def run(words: Sequence[str]) -> int:
    """Reads, remembers, chooses how the memory is mixed in."""
    config, model, read = taught(words, ABOUT)
    if not config.data and not getattr(config, "source", None):
        hint = f"regard remember {config.model} FILE --memory DIR"
        raise OptionError("regard remember: needs the data to remember", got="none", hint=hint)
    mixing = None if config.share is None else _mixing(config)
    with opened(model, config.model, config.memory, writing=True) as memory:
        lessons = read(config.data)
        settle_classes(memory, lessons)
        _write(memory, lessons)
        chosen = mixing or _chosen(model, memory, read(config.choose_on) if config.choose_on else lessons, config)
        memory.settle({**memory.settings, "mixing": chosen.to_json()})
        print(f"{memory.count():,} entries in {memory.where}")
    return 0


def _mixing(config: Taught) -> Mixing:
    assert config.share is not None
    return Mixing(k=config.k, temperature=config.temperature, share=config.share)


def _write(memory: Memory, lessons: Lessons) -> None:
    """All items, with a line about progress now and then."""
    start = said = time.monotonic()
    done = None
    for done in remember(memory, lessons):
        if time.monotonic() - said > SECONDS:
            said = time.monotonic()
            left = (said - start) / done.items * (len(lessons) - done.items)
            print(f"{done.items:,} of {len(lessons):,} items, {left:,.0f} s left", file=sys.stderr, flush=True)
    if done is not None:
        print(f"{done.items:,} items: {done.new:,} new, with {done.entries:,} entries", flush=True)


def _chosen(model: Model, memory: Memory, lessons: Lessons, config: Taught) -> Mixing:
    """What suits best, said in a line."""
    found = choose(model, memory, lessons, config.k)
    mixing, on = found.mixing, f"{found.answers:,} answers of " + ("--choose-on" if config.choose_on else "the data")
    right = "" if found.right is None else f"; {found.right[0]:.1%} and {found.right[1]:.1%} of the answers are right"
    nats = f"{found.without:.3f} nats an answer without the memory, {found.nats:.3f} with it{right}"
    if not mixing.share:
        print(f"The memory does not help on {on}: it is not mixed in ({nats}).")
        return mixing
    sink = "everywhere" if mixing.sink is None else f"where entries are near (sink {mixing.sink:.2f})"
    print(f"Mixed in with up to {mixing.share:.0%} {sink}, temperature {mixing.temperature:.3g}, k {mixing.k}:")
    print(f"on {on} {nats}.")
    return mixing
