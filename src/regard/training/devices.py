"""Where and how precisely to compute, when nobody says."""

import torch

from regard.errors import OptionError

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "fp32", "bf16")


def device(name: str) -> str:
    """`auto` becomes the best device there is; another name must be there."""
    if name not in DEVICES:
        raise OptionError("device: no such name", got=repr(name), hint=f"one of {', '.join(DEVICES)}")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next(each for each in ("cuda", "mps", "cpu") if there[each])
    if not there[name]:
        have = ", ".join(each for each in there if there[each])
        raise OptionError(
            f"device: {name!r} is not on this machine", got=f"a machine with {have}", hint="--device auto"
        )
    return name


def native_bf16(where: str) -> bool:
    """Whether the device multiplies bf16 matrices faster than fp32 ones."""
    if where == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return where == "cpu" and bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def precision(name: str, where: str) -> str:
    """`auto` becomes bf16 on devices made for it, and fp32 otherwise. Weights and optimizer stay fp32 either way."""
    if name not in PRECISIONS:
        raise OptionError("precision: no such name", got=repr(name), hint=f"one of {', '.join(PRECISIONS)}")
    if name != "auto":
        return name
    return "bf16" if native_bf16(where) else "fp32"
