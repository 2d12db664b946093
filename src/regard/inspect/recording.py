"""A subject becomes a record: a fast pass, an observed one held against it, and the evidence."""

import hashlib

import torch
from torch import nn

from regard import __version__
from regard.errors import OptionError
from regard.inspect.capture.calls import WHOLE, call_of
from regard.inspect.capture.held import held
from regard.inspect.evidence.measuring import evidence_of
from regard.inspect.record import Record
from regard.inspect.subjects.base import Subject, Variant

ROOM = 1 << 24
"""Weights of all calls of a look that are kept whole; a call beyond it keeps the greatest of each row."""


def record_of(subject: Subject, *, seed: int = 1, evidence: bool = True, command: str = "") -> Record:
    """What one look sees. Raises OptionError where nothing reads by attention.

    Args:
        subject: model and item.
        seed: of the shuffles, random orders and the untrained twin.
        evidence: whether it is measured, beside the weights.
        command: what made the record, for its provenance.

    Cost: two passes for the capture; for the evidence one with gradients, one for each position (at most 256) and one
    for each head of each layer.
    """
    training = subject.network.training
    subject.network.eval()
    try:
        with torch.inference_mode():
            fast = subject.told(subject.network, [Variant()])
            said, seen = held(lambda: subject.told(subject.network, [Variant()]))
            check_attention(len(seen))
            calls, room = [], ROOM
            for each in seen:
                calls.append(call_of(each, subject.place(each.name), whole=min(WHOLE, room)))
                weights = calls[-1].weights
                room -= 0 if weights is None else weights.size
        difference = float((said - fast).abs().nan_to_num().max()) if said.numel() else 0.0
        return Record(
            headline=subject.headline,
            axes=subject.axes,
            calls=tuple(calls),
            evidence=evidence_of(subject, seed) if evidence and subject.answers else (),
            steps=subject.steps,
            provenance=provenance(subject.network, seed, command),
            difference=max([difference, *(call.difference for call in calls)]),
        )
    finally:
        subject.network.train(training)


def provenance(network: nn.Module, seed: int, command: str) -> dict[str, str]:
    """Which weights, which versions, where."""
    parameter = next(network.parameters(), torch.zeros(0))
    return {
        "model": fingerprint(network),
        "version": __version__,
        "torch": torch.__version__,
        "device": str(parameter.device),
        "dtype": str(parameter.dtype).removeprefix("torch."),
        "seed": str(seed),
        "command": command,
    }


def fingerprint(network: nn.Module) -> str:
    """The first 16 digits of the SHA-256 of all parameters, by name; `none` where there are none."""
    found, count = hashlib.sha256(), 0
    for name, parameter in sorted(network.named_parameters()):
        numbers = parameter.detach().cpu().contiguous()
        found.update(f"{name} {tuple(numbers.shape)} {numbers.dtype}".encode())
        found.update(numbers.reshape(-1).view(torch.uint8).numpy().tobytes())
        count += 1
    return found.hexdigest()[:16] if count else "none"


def check_attention(calls: int) -> None:
    """Raises OptionError where a pass makes no call of attention."""
    if not calls:
        rule, got = "look: the model must have attention", "a network that makes no call of regard.attend"
        raise OptionError(rule, got=got, hint="train with --attention additive, or --network transformer")
