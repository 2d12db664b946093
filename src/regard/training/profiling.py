"""`--profile`: where the time of some updates goes, by what they do and by torch's operators."""

from collections.abc import Callable

import torch
from torch.profiler import ProfilerActivity, profile, record_function

REGIONS = ("prepare batches", "forward", "backward", "update weights")
"""What an update does; each is marked where it happens, by `record_function`."""
BEFORE, WATCHED, SHOWN = 5, 20, 10
"""Updates that are let pass, updates that are watched, and operators that are shown."""

__all__ = ["REGIONS", "Profiler", "record_function"]


class Profiler:
    """Watches updates 6 to 25 of a training, or those that it has, and then says once where their time went."""

    def __init__(self, wanted: bool, say: Callable[[str], None]) -> None:
        self.wanted, self.say, self.seen = wanted, say, 0
        self.running: profile | None = None

    def before(self) -> None:
        """Before an update."""
        if self.wanted and self.seen == BEFORE:
            devices = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * torch.cuda.is_available()
            self.running = profile(activities=devices)
            self.running.start()

    def after(self) -> None:
        """After an update."""
        self.seen += 1
        if self.seen == BEFORE + WATCHED:
            self.end()

    def end(self) -> None:
        """When the training ends, if it has not been said."""
        if self.running is not None:
            self.running.stop()
            self.say(told(self.running, min(self.seen - BEFORE, WATCHED)))
            self.running, self.wanted = None, False


def told(watched: profile, updates: int) -> str:
    """Milliseconds an update of each region, and the share of the time of the operators that took most themselves."""
    events = {event.key: event for event in watched.key_averages()}
    regions = {name: events.pop(name).cpu_time_total / 1e3 / max(updates, 1) for name in REGIONS if name in events}
    whole = sum(event.self_cpu_time_total for event in events.values()) or 1.0
    most = sorted(events.values(), key=lambda event: -event.self_cpu_time_total)[:SHOWN]
    lines = [f"Where the time of {updates} updates went, in milliseconds an update:"]
    lines += [f"  {name:<16} {value:9.2f}  {value / sum(regions.values()):4.0%}" for name, value in regions.items()]
    lines += ["Operators, by the share of the time they took themselves:"]
    lines += [f"  {event.self_cpu_time_total / whole:4.0%}  {event.key}, {event.count:,} calls" for event in most]
    return "\n".join(lines)
