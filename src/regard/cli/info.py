"""`regard info [MODEL]`: versions, device, kernels, threads; or what a model folder holds."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from regard import __version__
from regard.errors import OptionError
from regard.folder.record import read_record
from regard.kernels.catalogue import KERNELS
from regard.training.devices import device, native_bf16

OPTIONAL = (
    "rich",
    "PyYAML",
    "jsonargparse",
    "tokenizers",
    "sacrebleu",
    "babel",
    "matplotlib",
    "scikit-learn",
)


def run(words: Sequence[str]) -> int:
    """Prints; needs no optional library."""
    if len(words) > 1 or any(word.startswith("-") for word in words):
        if set(words) & {"-h", "--help"}:
            print("regard info          versions, device, kernels, threads")
            print("regard info MODEL    what a model folder holds")
            return 0
        raise OptionError("regard info: takes one folder or nothing", got=" ".join(words), hint="regard info MODEL")
    if words:
        record = read_record(Path(words[0]))
        print(json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True))
        return 0
    where = device("auto")
    print(f"regard   {__version__}")
    print(f"python   {sys.version.split()[0]}, {platform.platform()}")
    print(f"torch    {torch.__version__}")
    print(f"device   {where}{', multiplies bf16 natively' * native_bf16(where)}")
    print(f"threads  {torch.get_num_threads()} of {os.cpu_count()} processors")
    print(f"kernels  reference (the judge), {', '.join(KERNELS)}")
    for name in OPTIONAL:
        print(f"{name:13}{_version(name)}")
    return 0


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
