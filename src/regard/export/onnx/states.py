"""What a decoder carries as named tensors, and back: those that grow step by step, and those of the source."""

from torch import Tensor

from regard.layers.recurrence import CellState
from regard.layers.state import KeyValue, State
from regard.networks.base import Encoded, Network
from regard.networks.ensemble import Ensemble, EnsembleState
from regard.networks.recurrent import Recurrent, RecurrentState
from regard.networks.transformer import Transformer, TransformerState

Named = dict[str, Tensor]

SOURCE = "source."
"""How the names begin of what belongs to the source and stays as it is."""


def named(network: Network, state: State, before: str = "") -> Named:
    """The tensors of a state, without the lengths of the source; a past that has not begun has none."""
    if isinstance(state, EnsembleState):
        assert isinstance(network, Ensemble)
        each = enumerate(zip(network.members, state.members, strict=True))
        return {
            name: tensor
            for i, (member, own) in each
            for name, tensor in named(member, own, f"{before}member.{i}.").items()  # type: ignore[arg-type]
        }
    if isinstance(state, TransformerState):
        past = {f"past.{i}": each for i, each in enumerate(state.past) if each is not None}
        every = {**past, **{f"{SOURCE}{i}": each for i, each in enumerate(state.source)}}
        return {
            f"{_placed(before, name)}.{part}": tensor
            for name, memory in every.items()
            for part, tensor in memory._asdict().items()
        }
    assert isinstance(state, RecurrentState)
    known = {"shown": state.cell.shown, "inner": state.cell.inner, "given": state.given}
    last = {} if state.encoded.last is None else {"source.last": state.encoded.last}
    return {
        _placed(before, name): each
        for name, each in {**known, "source.states": state.encoded.states, "source.keys": state.keys, **last}.items()
    }


def restored(network: Network, tensors: Named, lengths: Tensor, before: str = "") -> State:
    """The state of these tensors."""
    if isinstance(network, Ensemble):
        members = enumerate(network.members)
        return EnsembleState(
            tuple(restored(member, tensors, lengths, f"{before}member.{i}.") for i, member in members)  # type: ignore[arg-type]
        )

    def found(name: str) -> Tensor:
        return tensors[_placed(before, name)]

    if isinstance(network, Transformer):

        def memory(name: str) -> KeyValue:
            return KeyValue(found(f"{name}.key"), found(f"{name}.value"))

        layers = range(len(network.decoder))
        past = tuple(memory(f"past.{i}") for i in layers)
        position = past[0].key.shape[2]
        return TransformerState(past, tuple(memory(f"{SOURCE}{i}") for i in layers), lengths, position)
    assert isinstance(network, Recurrent)
    last = tensors.get(_placed(before, "source.last"))
    encoded = Encoded(found("source.states"), lengths, last)
    return RecurrentState(CellState(found("shown"), found("inner")), found("given"), encoded, found("source.keys"))


def axes_of(name: str) -> dict[int, str]:
    """What may have any size in a tensor of that name."""
    if name.endswith((".key", ".value")):
        return {0: "batch", 2: "length" if SOURCE in name else "past"}
    return {0: "batch", 1: "length"} if name.endswith((".states", ".keys")) else {0: "batch"}


def _placed(before: str, name: str) -> str:
    """`source.member.0.1`: what belongs to the source says so first."""
    return f"{SOURCE}{before}{name.removeprefix(SOURCE)}" if name.startswith(SOURCE) else f"{before}{name}"
