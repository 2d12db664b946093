"""Each step as a line of Python. Run one after another, they give the same numbers (tests/inspect holds them to it)."""

SPARSEMAX = """\
ranked = scores.masked_fill(~readable, -1e9).sort(-1, descending=True).values
sums = ranked.cumsum(-1)
size = (1 + torch.arange(1, ranked.shape[1] + 1) * ranked > sums).sum(-1, keepdim=True)
weights = torch.relu(scores - (sums.gather(1, size - 1) - 1) / size) * readable"""
ENTMAX = """\
scaled = ({exact} - 1) * scores.masked_fill(~readable, -1e9)
low, high = scaled.amax(1, keepdim=True) - 1, scaled.amax(1, keepdim=True)
for _ in range(60):
    middle = (low + high) / 2
    enough = ((scaled - middle).clamp_min(0) ** (1 / ({exact} - 1))).sum(1, keepdim=True) >= 1
    low, high = torch.where(enough, middle, low), torch.where(enough, high, middle)
weights = (scaled - low).clamp_min(0) ** (1 / ({exact} - 1)) * readable"""

CODE = {
    "vectors": "n, m = x.shape",
    "vectors.two": "n, m = x.shape",
    "query": "query = x @ wq{plus}",
    "query.same": "query = x",
    "key": "key = x @ wk{plus}",
    "key.same": "key = x",
    "value": "value = x @ wv{plus}",
    "value.same": "value = x",
    "turn": "query, key = rotary(query), rotary(key)",
    "score.dot": "scores = query @ key.T",
    "score.bilinear": "scores = query @ matrix @ key.T",
    "score.additive": "scores = (torch.tanh(query[:, None] + key[None]) * weight).sum(-1)",
    "score.cosine": "scores = query @ key.T",
    "score.distance": "scores = (query[:, None] - key[None]).square().sum(-1)",
    "score.features": "scores = feature_map(query) @ feature_map(key).T",
    "scale.dot": "scores = scores * {exact}",
    "scale.bilinear": "",
    "scale.additive": "",
    "scale.features": "",
    "scale.fading": "scores = scores * {exact} ** (torch.arange(len(query))[:, None] - torch.arange(len(key))).abs()",
    "scale.cosine": "scores = scores / (query.norm(dim=1)[:, None] * key.norm(dim=1)) / {exact}",
    "scale.distance": "scores = -scores / (2 * {exact} ** 2)",
    "place": "scores = scores + bias",
    "mask.none": "readable = torch.ones_like(scores, dtype=torch.bool)",
    "mask": "readable = mask  # True = may read",
    "weights.softmax": "weights = scores.masked_fill(~readable, -torch.inf).softmax(-1)",
    "weights.softmax-with-sink": (
        "powers = scores.exp() * readable\nweights = powers / (math.exp({exact}) + powers.sum(-1, keepdim=True))"
    ),
    "weights.relu": "weights = torch.relu(scores) * readable",
    "weights.squared-relu": "weights = torch.relu(scores) ** 2 * readable",
    "weights.sigmoid": "weights = torch.sigmoid(scores + {exact}) * readable",
    "weights.plain": "weights = scores * readable",
    "weights.normalized": "weights = scores * readable / ((scores * readable).sum(-1, keepdim=True) + {eps})",
    "weights.sparsemax": SPARSEMAX,
    "weights.entmax": ENTMAX,
    "weights.top-k": (
        "least = scores.masked_fill(~readable, -torch.inf).topk(min({count}, scores.shape[-1])).values[..., -1:]\n"
        "weights = scores.masked_fill(~readable | (scores < least), -torch.inf).softmax(-1)"
    ),
    "sum": "output = weights @ value  # in one call: regard.attend(query, key, value, …)",
    "heads.one": "",
    "heads.side": "output = torch.cat(outputs, -1)",
    "heads.joined": "y = torch.cat(outputs, -1) @ wo{plus}",
    "r.encoder": "encoded = network.encode(tokens, lengths); states = encoded.states",
    "r.start": "z = torch.tanh(network.bridge(encoded.last))",
    "r.query": "query, keys = reader.query(z), reader.key(states)",
    "r.none": "c = encoded.last",
    "r.context": "c = weights @ states",
    "r.step.bahdanau": "z = cell(torch.cat((y, c)), z)",
    "r.step.luong": "z = cell(torch.cat((y, o)), z)",
    "r.step.late": "z = cell(y, z)",
    "r.word": "o = torch.tanh(mix(torch.cat((z, c, y)))); p = (table @ o).softmax(-1)",
    "r.word.late": "o = torch.tanh(mix(torch.cat((z, c)))); p = (table @ o).softmax(-1)",
    "r.end": "",
    "l.wanted": "loss = -p[wanted].log()",
    "l.context": "slope, = torch.autograd.grad(loss, c)",
    "l.scores": "at_weights = states @ slope; at_scores = weights * (at_weights - weights @ at_weights)",
    "l.matrix": "at_matrix = torch.outer(z, at_scores @ states)",
    "l.weight": "at_weight = at_scores @ torch.tanh(query + keys)",
    "l.after": "optimizer.zero_grad(); loss.backward(); optimizer.step()",
}
