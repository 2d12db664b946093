"""`regard export MODEL FOLDER --to onnx|ctranslate2`: a folder that answers without torch and without regard."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regard.cli.flags import check_cli, parse
from regard.data.pairs import one_of
from regard.errors import OptionError
from regard.export.ctranslate2 import to_ctranslate2
from regard.export.destination import destination
from regard.export.onnx.folder import Model, to_onnx
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.folder.record import read_record
from regard.models.translator import Translator

FORMS = ("onnx", "ctranslate2")


@dataclass(kw_only=True)
class ExportConfig:
    """The flags of `regard export`."""

    model: str
    """folder of the model"""
    folder: str
    """folder to write"""
    to: str = "onnx"
    """onnx, for every kind of answer, or ctranslate2, for the plain transformer from text to text"""
    quantization: str = "float32"
    """of weights, with ctranslate2: float32, float16, bfloat16, int16, int8, or int8 beside one of the first three"""
    longest: int = 1024
    """most tokens of a text, or vectors of an item, where sinusoids set no limit"""
    overwrite: bool = False
    """delete the export in the folder, nothing else there"""


def run(words: Sequence[str]) -> int:
    """Reads the model, writes the folder."""
    check_cli("export")
    about = "Writes a folder that answers as the model does, without torch and without regard."
    config = parse("export", ExportConfig, words, ["model", "folder"], about)
    one_of("regard export: --to", config.to, FORMS)
    if config.to == "onnx" and config.quantization != "float32":
        got, hint = f"--to onnx --quantization {config.quantization}", "drop it"
        raise OptionError("regard export: --quantization is for ctranslate2", got=got, hint=hint)
    model = _loaded(Path(config.model))
    with destination(Path(config.folder), overwrite=config.overwrite) as made:
        if config.to == "onnx":
            to_onnx(model, made, longest=config.longest)
        else:
            to_ctranslate2(_translating(model), made, quantization=config.quantization, positions=config.longest)
    program = "run.py" if config.to == "onnx" else "translate.py"
    print(f"{config.folder} answers without torch and without regard: python {config.folder}/{program} --help")
    return 0


def _loaded(folder: Path) -> Model:
    kind = read_record(folder)["kind"]
    if kind == "translate":
        return load_translator(folder)[0]
    return load_generator(folder)[0] if kind == "generate" else load_answerer(folder)[0]


def _translating(model: Model) -> Translator:
    if isinstance(model, Translator):
        return model
    raise OptionError("regard export: CTranslate2 translates", got="a model that does not", hint="--to onnx")
