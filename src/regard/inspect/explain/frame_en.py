"""The frame around the steps in English: titles, notes, and what the terminal and the page say."""

TITLES = {
    "title.matrices": "Attention, step by step",
    "title.classic": "The classic example: three vectors, one matrix for queries, keys and values",
    "title.layer": "Layer {layer}, head {head} of {heads}, step by step",
    "title.translator": "The recurrent translator, step by step: {source} → {target}",
    "title.learning": "One step of learning: {source} → {target}",
}

NOTES = {
    "note.no-matrices": "No matrices were given: queries, keys and values are the vectors themselves.",
    "note.left-out": "Left out: {missing}. The matrix {source} stands for them.",
    "note.bilinear": "The match's matrix was not given: W is the identity.",
    "note.additive": "The match's weights were not given: w is 1 everywhere.",
    "note.fresh-words": (
        "Vectors and layer were drawn from seed {seed}; nothing has been learned. Equal words have equal vectors."
    ),
    "note.learned-here": (
        "Learned just now: {pairs}. {steps} steps of Adam, width {width}, seed {seed}, match {match}; loss "
        "{loss} at the end."
    ),
    "note.fresh": (
        "A network drawn from seed {seed}, match {match}, which has not learned yet. It is to learn: {pairs}."
    ),
    "note.copy": "A copy of the model learns this one pair; the model itself stays as it is.",
    "note.print.third": (
        "Check in print: the third row of X · W is (1, 1), for Q, K and V alike. Some printed versions have another."
    ),
    "note.print.scores": "Check in print: three queries and three keys give 3 × 3 scores, not 2 × 3.",
    "note.print.softmax": (
        "Check in print: the first row is 0.401, 0.198, 0.401, not ½ ½ 0. Softmax never gives exactly 0."
    ),
    "note.print.second": (
        "Check in print: the product's second row is (0.599, 0.802), the first row turned around, since vectors 1 "
        "and 2 differ only by which of the two numbers is 1."
    ),
}

SAYS = {
    "worked": "first number",
    "agrees": "{against} gives the same: greatest difference {difference}",
    "same": "the same numbers by regard: greatest difference {difference}",
    "word": "word {at}",
    "hidden": "× may not be read",
    "columns": "{count} more columns, in JSON and HTML",
    "rows": "{count} more rows, in JSON and HTML",
    "greatest": (
        "Recomputed in float64 and compared with regard ({dtype}): greatest difference of all steps {difference}"
    ),
    "code": "in code",
    "caveat": (
        "Weights say where the average was taken from, for this input. They do not by themselves say why the answer is "
        "what it is."
    ),
}
