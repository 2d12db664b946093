"""What each step is called and says in English: its name, in plain words, in school mathematics."""

from regard.inspect.explain.frame_en import NOTES, SAYS, TITLES

__all__ = ["NOTES", "SAYS", "STEPS", "TITLES"]

Words = tuple[str, str, str]

STEPS: dict[str, Words] = {
    "vectors": (
        "Vectors",
        "Everything that is read is a list of numbers, a vector: here {n} of them, one a row.",
        "X has {n} rows, one a vector, and {m} columns.",
    ),
    "vectors.two": (
        "Vectors",
        "There are {n} vectors that ask and {k} vectors that are read.",
        "X holds the {n} vectors that ask, H the {k} that are read; both have {m} columns.",
    ),
    "query": (
        "Query",
        "From each vector we make its query: what it asks the others for.",
        "Q = X · W_Q{plus}: each row of X times each column of W_Q, added up.",
    ),
    "query.same": ("Query", "The vectors themselves are the queries.", "Q = X."),
    "key": (
        "Key",
        "From each vector we make its key: what it can be found by.",
        "K = X · W_K{plus}: the same sum with another matrix.",
    ),
    "key.same": ("Key", "The vectors themselves are the keys.", "K = X."),
    "value": (
        "Value",
        "From each vector we make its value: what it gives to whoever reads it.",
        "V = X · W_V{plus}: the same sum with a third matrix.",
    ),
    "value.same": ("Value", "The vectors themselves are the values.", "V = X."),
    "turn": (
        "Position: turned",
        (
            "Queries and keys are turned, the more the further back they stand, so that a match feels how far "
            "apart two are."
        ),
        "Rotary turns each pair of numbers by an angle that grows with the position.",
    ),
    "score.dot": (
        "Score",
        "Each query meets each key. Multiply number by number and add: a large sum is a good match.",
        "S = Q · Kᵀ. The number in row i, column j is the dot product of query i and key j.",
    ),
    "score.bilinear": (
        "Score",
        "Each query first goes through a matrix that was learned, then meets each key.",
        "S = (Q · W) · Kᵀ: a dot product after the matrix W of the match.",
    ),
    "score.additive": (
        "Score",
        "A small network looks at each query and key together and gives one number.",
        (
            "S[i, j] = Σ over d of w[d] · tanh(Q[i, d] + K[j, d]). The table shows the tanh of the first query "
            "with every key."
        ),
    ),
    "score.cosine": (
        "Score",
        "Each query meets each key. What will count is whether they point the same way.",
        "S = Q · Kᵀ, the dot products; the next step divides by the lengths.",
    ),
    "score.distance": (
        "Score",
        "For each query and key: how far apart are they?",
        "S[i, j] = Σ over d of (Q[i, d] − K[j, d])², the squared distance.",
    ),
    "score.features": (
        "Score",
        "Queries and keys become features that are never negative; then they meet.",
        (
            "S = φ(Q) · φ(K)ᵀ. Because φ stands apart for each side, sums over keys can be taken first: the cost "
            "is linear."
        ),
    ),
    "scale.dot": (
        "Scale",
        "Long vectors make large sums. Dividing by the root of the length keeps the numbers in a good range.",
        "S′ = S / √d, here d = {d}, √d = {root}: each score times {factor}.",
    ),
    "scale.bilinear": ("Scale", "These scores stay as they are.", "S′ = S: this score is not scaled."),
    "scale.additive": ("Scale", "These scores stay as they are.", "S′ = S: this score is not scaled."),
    "scale.features": ("Scale", "These scores stay as they are.", "S′ = S: this score is not scaled."),
    "scale.fading": (
        "Decay",
        "What is far is forgotten: at each position a share of the score is lost.",
        "S′[i, j] = S[i, j] · γ^|i − j|, with the decay γ = {decay}, which a layer learns for each head of keys.",
    ),
    "scale.cosine": (
        "Scale",
        "Divided by both lengths, only the direction counts: 1 is the same way, −1 the opposite.",
        "S′ = cos / τ = S / (‖q‖ · ‖k‖) / τ, with the temperature τ = {temperature}.",
    ),
    "scale.distance": (
        "Scale",
        "The nearer, the greater: 0 where both are equal, less the further apart they are.",
        "S′ = −S / (2 · width²), width = {width}.",
    ),
    "place": (
        "Position: added",
        "A number is added to each score that depends only on where the two stand.",
        "S′ + P: P[i, j] follows from the positions of i and j.",
    ),
    "mask.none": ("Mask", "Everybody may read everybody: nothing is hidden.", "No mask: every score stays."),
    "mask": (
        "Mask",
        "Some may not be read. Their scores are taken away before weights are made: {hidden} of {pairs} pairs.",
        "A hidden pair is absent, as if its score were −∞; {hidden} of {pairs} are.",
    ),
    "weights.softmax": (
        "Weights",
        "Scores become shares: all positive, each row together 1. A greater score has a greater share.",
        "Softmax: A = exp(S′) / Σ exp(S′) in each row. No share is ever exactly 0, because exp is positive.",
    ),
    "weights.softmax-with-sink": (
        "Weights",
        "Scores become shares, but a sink takes one, too, and gives nothing: a row may add up to less than 1.",
        "A = exp(S′) / (exp({sink}) + Σ exp(S′)).",
    ),
    "weights.relu": (
        "Weights",
        "Negative scores count as nothing, the others as they are; rows need not add up to 1.",
        "A = max(S′, 0).",
    ),
    "weights.squared-relu": ("Weights", "Negative scores count as nothing, the others squared.", "A = max(S′, 0)²."),
    "weights.sigmoid": (
        "Weights",
        "Each score alone becomes a number between 0 and 1, without looking at the others.",
        "A = 1 / (1 + exp(−S′ − b)), b = {bias}.",
    ),
    "weights.plain": ("Weights", "Scores are the weights.", "A = S′."),
    "weights.normalized": ("Weights", "Each score is divided by the sum of its row.", "A = S′ / (Σ S′ + {eps})."),
    "weights.sparsemax": (
        "Weights",
        "Scores become shares that add up to 1, and small ones are cut off: their share is exactly 0.",
        "Sparsemax: A = max(S′ − τ, 0), with the τ for which the row adds up to 1.",
    ),
    "weights.entmax": (
        "Weights",
        "Scores become shares that add up to 1; small ones are cut off, more gently than by sparsemax.",
        "Entmax, α = {alpha}: A = max((α − 1)·S′ − τ, 0)^{power}, with the τ for which the row adds up to 1.",
    ),
    "weights.top-k": (
        "Weights",
        "The greatest scores of each row become shares that add up to 1; the others count as nothing.",
        "A = exp(S′) / Σ exp(S′) over the {count} greatest scores of the row, those from τ on; 0 for the others.",
    ),
    "sum": (
        "Weighted sum",
        "Each vector becomes the mix of all values, by these shares: its new meaning in this company.",
        "O = A · V: row i is Σ over j of A[i, j] · V[j].",
    ),
    "heads.one": ("Heads", "There is one head: nothing to join.", "One head, so O is the output."),
    "heads.side": (
        "Heads joined",
        "{heads} heads have read independently; their outputs stand side by side.",
        "[O₁ O₂ …], {heads} heads.",
    ),
    "heads.joined": (
        "Heads joined",
        "{heads} heads have read, each in its own way. Their outputs stand side by side, and a last matrix mixes them.",
        "Y = [O₁ O₂ …] · W_O{plus}, {heads} heads.",
    ),
    "r.encoder": (
        "The source, read",
        (
            "A recurrent network has read the source. Each piece has left a state, {n} in all: these are the "
            "keys, and the values."
        ),
        "H has {n} rows h₁, h₂, …, each of {m} numbers.",
    ),
    "r.start": (
        "The decoder's first state",
        "The last state of the encoder becomes z₀, with which the decoder begins.",
        "z₀ = tanh(W · h_last + b).",
    ),
    "r.query": (
        "What is matched",
        "The state and the encoder's states go through one matrix each.",
        "W z + b, and U h for every h.",
    ),
    "r.none": (
        "No match",
        "There is no attention: the decoder is fed the encoder's last state, always.",
        "c = h_last at every step.",
    ),
    "r.context": (
        "What was read",
        "The encoder's states, mixed by these shares: what the decoder knows of the source right now.",
        "c = Σ over j of A[j] · h_j.",
    ),
    "r.step.bahdanau": (
        "The next state",
        "The last word y and what was read, c{before}, move the state on: z{before} becomes z{after}.",
        "z{after} = {cell}([y; c{before}], z{before}).",
    ),
    "r.step.luong": (
        "The next state",
        "The last word y and what was given out before move the state on: z{before} becomes z{after}.",
        "z{after} = {cell}([y; o{before}], z{before}).",
    ),
    "r.step.late": (
        "The next state",
        "The last word y moves the state on: z{before} becomes z{after}.",
        "z{after} = {cell}(y, z{before}).",
    ),
    "r.word": (
        "A word",
        (
            "From the new state, what was read and the last word comes a chance for every word. Written: {word}, "
            "chance {p}."
        ),
        "p = softmax(E · tanh(W [z{after}; c; y])); p({word}) = {p}.",
    ),
    "r.word.late": (
        "A word",
        "From the new state and what was read comes a chance for every word. Written: {word}, chance {p}.",
        "p = softmax(E · tanh(W [z{after}; c])); p({word}) = {p}.",
    ),
    "r.end": ("The end", "The end token </s> was written: the translation is finished: {text}", "The answer: {text}"),
    "l.wanted": (
        "The wanted word",
        "The network should write {word}. It gives it a chance of {p}. The smaller the chance, the greater the loss.",
        "L = −ln p({word}) = {loss}.",
    ),
    "l.context": (
        "The gradient at c₀",
        (
            "Which way should c₀ move to make the loss greater? Row ∂ by calculus, row Δ by trying: each number "
            "moved by {small}."
        ),
        "∂L/∂c₀, by the chain rule from the word backwards; Δ is the difference quotient.",
    ),
    "l.scores": (
        "Through the weights",
        "c₀ is a mix of the states. A state that points along the gradient should be read less, one against it more.",
        "∂L/∂a_j = h_j · ∂L/∂c₀;  ∂L/∂s_j = a_j (∂L/∂a_j − Σ a ∂L/∂a).",
    ),
    "l.matrix": (
        "The gradient at the match's W",
        "So even the matrix of the match learns from the one wrong word: through c₀, the weights and the scores.",
        "s_j = z₀ᵀ W h_j, so ∂L/∂W = Σ over j of ∂L/∂s_j · z₀ h_jᵀ.",
    ),
    "l.weight": (
        "The gradient at the match's w",
        "So even the weights of the match learn from the one wrong word: through c₀, the shares and the scores.",
        "s_j = w · tanh(W z₀ + U h_j), so ∂L/∂w = Σ over j of ∂L/∂s_j · tanh(W z₀ + U h_j).",
    ),
    "l.after": (
        "After 1, 10 and 100 steps",
        "Each step moves every parameter a little against its gradient. p is the chance of {word}, L its loss.",
        "Adam, rate {rate}, pairs learned: {pairs}; the row of 0 is before learning.",
    ),
}
