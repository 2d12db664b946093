"""`regard explain`: every number between vectors and an answer, in words, as JSON, or as a page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regard.cli.flags import check_cli, parse
from regard.errors import OptionError, nearest

if TYPE_CHECKING:
    from torch import Tensor

    from regard.inspect.explain import Explained

MATRICES = ("wq", "wk", "wv", "wo")
EXAMPLES = ("classic", "translator")


@dataclass(kw_only=True)
class ExplainConfig:
    """The flags of `regard explain`."""

    model: str = ""
    """folder of a model"""
    item: str = ""
    """a sentence, or the file of a sound or an image"""
    target: str | None = None
    """of a translator, what is written; else its own translation"""
    layer: str = ""
    """layer of the model, such as encoder.0; else the first"""
    head: int = 1
    """which head is shown"""
    x: str = ""
    """vectors, one a row, such as '1 0; 0 1'"""
    wq: str = ""
    """matrix of the queries; a matrix that is left out is the queries', or the first that is there"""
    wk: str = ""
    """matrix of the keys"""
    wv: str = ""
    """matrix of the values"""
    wo: str = ""
    """matrix after the heads are joined"""
    heads: int = 1
    """heads that the columns of the matrices are shared out to; with --text, heads of the layer"""
    match: str = ""
    """the match's own numbers: the matrix of bilinear, the weights of additive"""
    text: str = ""
    """words whose vectors, and whose layer, are drawn from the seed"""
    width: int = 8
    """numbers of each vector of --text"""
    seed: int = 1
    """decides what is drawn"""
    attention: str = ""
    """dot, bilinear, additive, cosine, distance or features; else dot, and bilinear in the translator's example"""
    normalizer: str = ""
    """scores into weights: softmax, sparsemax, entmax, relu, …; else softmax, or normalized for features"""
    mask: str = ""
    """causal, or rows of 0 and 1 such as '1 0; 1 1'; else everybody reads everybody"""
    example: str = ""
    """classic (the 3 × 3 example with its true numbers) or translator (机器学习 → machine learning)"""
    learn: bool = False
    """show a step of learning: of the translator's example, or of a recurrent MODEL with ITEM and --target"""
    depth: str = "school"
    """plain words, school mathematics or code: plain, school or code"""
    lang: str = "en"
    """language: en or zh"""
    digits: int = 3
    """digits behind the point"""
    json: bool = False
    """print everything as JSON instead"""
    html: str | None = None
    """also write a page to this .html file"""


def run(words: Sequence[str]) -> int:
    """Explains, prints, saves."""
    check_cli("explain")
    config = parse(
        "explain", ExplainConfig, _with_example(words), ["model", "item"], "Shows where each number comes from."
    )
    from rich.console import Console

    from regard.inspect.explain.telling import check_depth, language
    from regard.inspect.explain.writing import check_destination

    language(config.lang)
    check_depth(config.depth)
    if not 0 <= config.digits <= 17:
        raise OptionError("regard explain: --digits is from 0 to 17", got=str(config.digits), hint="--digits 3")
    if config.html is not None:
        _check_html(config.html)
        check_destination(Path(config.html))
    told = _explained(config)
    if config.json:
        print(json.dumps(told.told(config.lang), ensure_ascii=False))
    else:
        Console(highlight=False).print(told.shown(config.lang, config.depth, config.digits))
    if config.html is not None:
        saved = told.save(config.html, lang=config.lang, digits=config.digits)
        if not config.json:
            print(f"saved {saved}")
    return 0


def _with_example(words: Sequence[str]) -> list[str]:
    """`--example` without a name is the classic one."""
    spelled: list[str] = []
    for place, word in enumerate(words):
        bare = word == "--example" and (place + 1 == len(words) or words[place + 1].startswith("--"))
        spelled += ["--example", "classic"] if bare else [word]
    return spelled


def _check_html(path: str) -> None:
    if Path(path).suffix.lower() != ".html":
        hint = f"--html {Path(path).stem or 'steps'}.html"
        raise OptionError("regard explain: --html names an .html file", got=repr(path), hint=hint)


def _explained(config: ExplainConfig) -> "Explained":
    """What the flags ask for, which must be one thing."""
    from regard.inspect.explain import classic, learning, translator

    asked = {
        "a model": config.model,
        "--x": config.x,
        "--text": config.text,
        "--example": config.example,
        "--learn": config.learn and config.example != "translator" and not config.model,
    }
    given = [name for name, each in asked.items() if each]
    if len(given) != 1:
        hint = "regard explain --example, regard explain MODEL ITEM, or --x '1 0; 0 1'"
        raise OptionError("regard explain: explains one thing", got=" and ".join(given) or "nothing", hint=hint)
    if config.learn and not config.model:
        _refuse_idle(config, ("normalizer", "mask", *MATRICES, "match"), "--learn")
        return learning(config.attention or "bilinear", config.seed)
    if config.example:
        if config.example not in EXAMPLES:
            hint = nearest(config.example, EXAMPLES)
            raise OptionError("regard explain: --example: no such name", got=repr(config.example), hint=hint)
        idle = ("attention",) if config.example == "classic" else ()
        _refuse_idle(config, (*idle, "normalizer", "mask", *MATRICES, "match"), "--example")
        return classic() if config.example == "classic" else translator(config.attention or "bilinear", config.seed)
    if config.model:
        _refuse_idle(config, ("attention", "normalizer", "mask", *MATRICES, "match"), "a model")
        return _of_model(config)
    return _typed(config) if config.x else _drawn(config)


def _refuse_idle(config: ExplainConfig, names: Sequence[str], beside: str) -> None:
    """An error for flags that would not be heeded."""
    idle = [f"--{name}" for name in names if getattr(config, name)]
    if idle:
        raise OptionError(f"regard explain: {beside} has these itself", got=", ".join(idle), hint="leave them out")


def _of_model(config: ExplainConfig) -> "Explained":
    from regard.inspect.explain import explain
    from regard.inspect.explain.model import model_of

    if not config.item:
        raise OptionError(
            "regard explain: a model needs an item",
            got="none",
            hint="regard explain MODEL 'ein Haus', or --text 'ein Haus'",
        )
    model: Any = model_of(config.model)
    if config.learn:
        return _learned(config, model)
    reads = getattr(model, "given", None) or getattr(model, "source", None)
    kind = getattr(reads, "kind", "text") if hasattr(reads, "features") else "text"
    if kind not in ("text", "sound", "image"):
        hint = "regard.explain(model, item) in Python"
        raise OptionError("regard explain: an item is typed, or one file", got=f"a model of {kind}", hint=hint)
    each = getattr(getattr(model, "targets", None), "per_vector", False)  # as predict reads words that are labelled
    item = Path(config.item) if kind != "text" else config.item.split() if each else config.item
    return explain(model, item, target=config.target, layer=config.layer, head=config.head - 1)


def _learned(config: ExplainConfig, model: Any) -> "Explained":
    from regard.inspect.explain import learning_of
    from regard.models.translator import Translator

    if not isinstance(model, Translator) or not config.target:
        hint = "regard explain MODEL 'ein Haus' --target 'a house' --learn"
        got = "no --target" if isinstance(model, Translator) else "a model that does not translate"
        raise OptionError("regard explain: --learn needs a translator and a wanted target", got=got, hint=hint)
    return learning_of(model, config.item, config.target)


def _typed(config: ExplainConfig) -> "Explained":
    from regard.inspect.explain import explain
    from regard.inspect.explain.typed import matrix

    x = matrix(config.x, "--x")
    typed = {name: matrix(text, f"--{name}") for name in MATRICES if (text := getattr(config, name))}
    headed = {name: each if name == "wo" else _headed(config, name, each) for name, each in typed.items()}
    score = _score(config)
    given = [headed.get(name) for name in MATRICES]
    return explain(x, *given, score=score, normalizer=config.normalizer, mask=config.mask, head=config.head - 1)


def _headed(config: ExplainConfig, name: str, weight: "Tensor") -> "Tensor":
    """The columns shared out to the heads."""
    if config.heads < 1 or weight.shape[1] % config.heads:
        got = f"--heads {config.heads}, --{name} with {weight.shape[1]} columns"
        raise OptionError("regard explain: --heads must divide the columns of the matrices", got=got, hint="--heads 1")
    return weight if config.heads == 1 else weight.unflatten(1, (config.heads, -1)).transpose(0, 1)  # type: ignore[no-untyped-call]


def _score(config: ExplainConfig) -> Any:
    """A score's name, or a score of typed numbers."""
    from regard.inspect.explain.typed import matrix
    from regard.mechanisms.scores import Additive, Bilinear

    if not config.match:
        return config.attention or "dot"
    numbers = matrix(config.match, "--match")
    if config.attention == "bilinear":
        return Bilinear(numbers)
    if config.attention == "additive" and len(numbers) == 1:
        return Additive(numbers[0])
    hint = "--attention bilinear --match '1 0; 0 1', or --attention additive --match '1 1'"
    raise OptionError("regard explain: --match has the numbers of a score", got=config.attention or "dot", hint=hint)


def _drawn(config: ExplainConfig) -> "Explained":
    from regard.inspect.explain.drawn import drawn

    _refuse_idle(config, (*MATRICES, "match"), "--text")
    score, mask = config.attention or "dot", config.mask
    return drawn(
        config.text, (config.width, config.heads, config.seed), (score, config.normalizer, mask), config.head - 1
    )
