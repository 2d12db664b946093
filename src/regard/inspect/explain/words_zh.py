"""每一步的中文名称与说明：通俗说法与数学写法。"""

Words = tuple[str, str, str]

STEPS: dict[str, Words] = {
    "vectors": (
        "向量",
        "网络读到的每样东西都是一列数，即一个向量。这里有 {n} 个向量，每行一个。",
        "X 有 {n} 行、{m} 列，每行是一个向量。",
    ),
    "vectors.two": (
        "向量",
        "有 {n} 个向量来提问，有 {k} 个向量供读取。",
        "X 是提问的 {n} 个向量，H 是被读取的 {k} 个向量，都是 {m} 列。",
    ),
    "query": (
        "查询",
        "由每个向量算出它的查询：它想向别人要什么。",
        "Q = X · W_Q{plus}：X 的每一行与 W_Q 的每一列对应相乘再相加。",
    ),
    "query.same": ("查询", "向量本身就是查询。", "Q = X。"),
    "key": ("键", "由每个向量算出它的键：别人凭什么找到它。", "K = X · W_K{plus}：换一个矩阵，算法相同。"),
    "key.same": ("键", "向量本身就是键。", "K = X。"),
    "value": ("值", "由每个向量算出它的值：别人读它时能得到什么。", "V = X · W_V{plus}：再换一个矩阵，算法相同。"),
    "value.same": ("值", "向量本身就是值。", "V = X。"),
    "turn": (
        "位置：旋转",
        "按所在位置旋转查询和键，位置越靠后转得越多，于是匹配程度与两者的距离有关。",
        "旋转位置编码：每两个数为一对，转过的角度随位置增大。",
    ),
    "score.dot": (
        "得分",
        "每个查询与每个键逐一比较：对应的数相乘再相加，和越大越匹配。",
        "S = Q · Kᵀ：第 i 行第 j 列是查询 i 与键 j 的点积。",
    ),
    "score.bilinear": (
        "得分",
        "查询先乘一个学来的矩阵，再与每个键比较。",
        "S = (Q · W) · Kᵀ：先乘匹配矩阵 W，再求点积。",
    ),
    "score.additive": (
        "得分",
        "一个小网络同时看一个查询和一个键，给出一个数。",
        "S[i, j] = Σ_d w[d] · tanh(Q[i, d] + K[j, d])。表中是第一个查询与各个键的 tanh 值。",
    ),
    "score.cosine": ("得分", "每个查询与每个键比较，看方向是否一致。", "S = Q · Kᵀ，先求点积；下一步再除以长度。"),
    "score.distance": ("得分", "每个查询与每个键相距多远？", "S[i, j] = Σ_d (Q[i, d] − K[j, d])²，即距离的平方。"),
    "score.features": (
        "得分",
        "先把查询和键变成非负的特征，再作比较。",
        "S = φ(Q) · φ(K)ᵀ。φ 对两边分别计算，所以可以先对键求和，代价是线性的。",
    ),
    "scale.dot": (
        "缩放",
        "向量越长，和越大。除以长度的平方根，使数值大小合适。",
        "S′ = S / √d，这里 d = {d}，√d = {root}，即每个得分乘以 {factor}。",
    ),
    "scale.bilinear": ("缩放", "这种得分不缩放。", "S′ = S。"),
    "scale.additive": ("缩放", "这种得分不缩放。", "S′ = S。"),
    "scale.features": ("缩放", "这种得分不缩放。", "S′ = S。"),
    "scale.cosine": (
        "缩放",
        "除以两个长度以后，只看方向：同向为 1，反向为 −1。",
        "S′ = cos / τ = S / (‖q‖ · ‖k‖) / τ，温度 τ = {temperature}。",
    ),
    "scale.distance": ("缩放", "越近得分越高：相等时为 0，越远越小。", "S′ = −S / (2 · 宽度²)，宽度 = {width}。"),
    "place": (
        "位置：相加",
        "给每个得分加上一个数，这个数只取决于两者的位置。",
        "S′ + P：P[i, j] 由 i 与 j 的位置决定。",
    ),
    "mask.none": ("掩码", "谁都可以读谁，没有遮挡。", "没有掩码，所有得分都保留。"),
    "mask": (
        "掩码",
        "有些位置不许读，在求权重之前就去掉它们的得分：{pairs} 对中去掉 {hidden} 对。",
        "被遮住的一对相当于得分为 −∞；{pairs} 对中有 {hidden} 对。",
    ),
    "weights.softmax": (
        "权重",
        "把得分变成份额：都是正数，每行之和为 1；得分越高，份额越大。",
        "softmax：每行 A = exp(S′) / Σ exp(S′)。指数恒为正，所以份额不会恰好为 0。",
    ),
    "weights.softmax-with-sink": (
        "权重",
        "得分变成份额，但有一个“汇”也占一份而不给出任何内容，所以每行之和可以小于 1。",
        "A = exp(S′) / (exp({sink}) + Σ exp(S′))。",
    ),
    "weights.relu": ("权重", "负的得分算作 0，其余不变；每行之和不必为 1。", "A = max(S′, 0)。"),
    "weights.squared-relu": ("权重", "负的得分算作 0，其余取平方。", "A = max(S′, 0)²。"),
    "weights.sigmoid": (
        "权重",
        "每个得分单独变成 0 与 1 之间的数，不看其他得分。",
        "A = 1 / (1 + exp(−S′ − b))，b = {bias}。",
    ),
    "weights.plain": ("权重", "得分就是权重。", "A = S′。"),
    "weights.normalized": ("权重", "每个得分除以所在行的和。", "A = S′ / (Σ S′ + {eps})。"),
    "weights.sparsemax": (
        "权重",
        "得分变成和为 1 的份额，小的被截掉，份额恰好为 0。",
        "sparsemax：A = max(S′ − τ, 0)，τ 使每行之和为 1。",
    ),
    "weights.entmax": (
        "权重",
        "得分变成和为 1 的份额；小的被截掉，比 sparsemax 缓和。",
        "entmax，α = {alpha}：A = max((α − 1)·S′ − τ, 0)^{power}，τ 使每行之和为 1。",
    ),
    "sum": (
        "加权和",
        "每个向量变成所有值按份额的混合，这就是它在上下文中的新表示。",
        "O = A · V：第 i 行是 Σ_j A[i, j] · V[j]。",
    ),
    "heads.one": ("多头", "只有一个头，不用拼接。", "只有一个头，O 就是输出。"),
    "heads.side": ("多头拼接", "{heads} 个头各自独立地读，输出并排放在一起。", "[O₁ O₂ …]，共 {heads} 个头。"),
    "heads.joined": (
        "多头拼接",
        "{heads} 个头各读各的，输出并排放在一起，最后乘一个矩阵混合起来。",
        "Y = [O₁ O₂ …] · W_O{plus}，共 {heads} 个头。",
    ),
    "r.encoder": (
        "读源句",
        "循环网络读完了源句，每个词留下一个状态，共 {n} 个：它们既是键，也是值。",
        "H 有 {n} 行 h₁、h₂……，每行 {m} 个数。",
    ),
    "r.start": ("解码器的初始状态", "由编码器的最后状态得到 z₀，解码器从它开始。", "z₀ = tanh(W · h_末 + b)。"),
    "r.query": ("参与匹配的向量", "解码器的状态与编码器的各个状态分别乘一个矩阵。", "W z + b，以及每个 h 的 U h。"),
    "r.none": ("没有匹配", "没有注意力：每一步都只给解码器编码器的最后状态。", "每一步 c = h_末。"),
    "r.context": ("读到的内容", "按份额混合编码器的各个状态：这就是解码器此刻对源句的了解。", "c = Σ_j A[j] · h_j。"),
    "r.step.bahdanau": (
        "下一个状态",
        "上一个词 y 与读到的 c{before} 推动状态前进：z{before} 变为 z{after}。",
        "z{after} = {cell}([y; c{before}], z{before})。",
    ),
    "r.step.luong": (
        "下一个状态",
        "上一个词 y 与上一步的输出推动状态前进：z{before} 变为 z{after}。",
        "z{after} = {cell}([y; o{before}], z{before})。",
    ),
    "r.step.late": (
        "下一个状态",
        "上一个词 y 推动状态前进：z{before} 变为 z{after}。",
        "z{after} = {cell}(y, z{before})。",
    ),
    "r.word": (
        "写出一个词",
        "由新状态、读到的内容和上一个词得到每个词的概率。写出：{word}，概率 {p}。",
        "p = softmax(E · tanh(W [z{after}; c; y]))，p({word}) = {p}。",
    ),
    "r.word.late": (
        "写出一个词",
        "由新状态和读到的内容得到每个词的概率。写出：{word}，概率 {p}。",
        "p = softmax(E · tanh(W [z{after}; c]))，p({word}) = {p}。",
    ),
    "r.end": ("结束", "写出了结束符 </s>，翻译完成：{text}", "译文：{text}"),
    "l.wanted": (
        "应写的词",
        "网络应当写出 {word}，而它给的概率是 {p}。概率越小，损失越大。",
        "L = −ln p({word}) = {loss}。",
    ),
    "l.context": (
        "c₀ 处的梯度",
        "c₀ 往哪个方向动，损失会变大？∂ 行由求导得到，Δ 行由试验得到：每个数各挪动 {small}。",
        "∂L/∂c₀ 由链式法则从输出的词往回算；Δ 是差商。",
    ),
    "l.scores": (
        "穿过权重",
        "c₀ 是各状态的混合。与梯度同向的状态应少读，反向的应多读。",
        "∂L/∂a_j = h_j · ∂L/∂c₀；∂L/∂s_j = a_j (∂L/∂a_j − Σ a ∂L/∂a)。",
    ),
    "l.matrix": (
        "匹配矩阵 W 处的梯度",
        "于是匹配矩阵也从这一个写错的词学习：经过 c₀、权重和得分。",
        "s_j = z₀ᵀ W h_j，所以 ∂L/∂W = Σ_j ∂L/∂s_j · z₀ h_jᵀ。",
    ),
    "l.weight": (
        "匹配的权重 w 处的梯度",
        "于是匹配的权重也从这一个写错的词学习：经过 c₀、份额和得分。",
        "s_j = w · tanh(W z₀ + U h_j)，所以 ∂L/∂w = Σ_j ∂L/∂s_j · tanh(W z₀ + U h_j)。",
    ),
    "l.after": (
        "1、10、100 步之后",
        "每一步都让每个参数逆着梯度动一点。p 是 {word} 的概率，L 是它的损失。",
        "Adam，学习率 {rate}，学习的句对数：{pairs}；第 0 行是学习之前。",
    ),
}

TITLES = {
    "title.matrices": "一步一步看注意力",
    "title.classic": "经典例子：三个向量，查询、键、值共用一个矩阵",
    "title.layer": "层 {layer}，第 {head} 个头（共 {heads} 个），一步一步看",
    "title.translator": "一步一步看循环翻译网络：{source} → {target}",
    "title.learning": "学习一步：{source} → {target}",
}

NOTES = {
    "note.no-matrices": "没有给出矩阵：查询、键、值就是向量本身。",
    "note.left-out": "未给出 {missing}，用 {source} 代替。",
    "note.bilinear": "未给出匹配矩阵：W 取单位矩阵。",
    "note.additive": "未给出匹配的权重：w 全取 1。",
    "note.fresh-words": "向量和层由种子 {seed} 随机生成，没有学过任何东西。相同的词有相同的向量。",
    "note.learned-here": (
        "刚刚学会：{pairs}。Adam {steps} 步，宽度 {width}，种子 {seed}，匹配 {match}；最后损失 {loss}。"
    ),
    "note.fresh": "网络由种子 {seed} 随机生成，匹配 {match}，还没有学习。要学的是：{pairs}。",
    "note.copy": "由模型的一份副本来学这一对句子，模型本身不变。",
    "note.print.third": "核对书上的数：X · W 的第三行是 (1, 1)，Q、K、V 都一样。有的书印成了别的数。",
    "note.print.scores": "核对书上的数：三个查询、三个键，得分是 3 × 3，不是 2 × 3。",
    "note.print.softmax": "核对书上的数：第一行是 0.401、0.198、0.401，不是 ½ ½ 0。softmax 的结果不会恰好为 0。",
    "note.print.second": (
        "核对书上的数：乘积的第二行是 (0.599, 0.802)，正好是第一行左右对调，因为向量 1 与 2 只是 1 的位置不同。"
    ),
}

SAYS = {
    "worked": "第一个数",
    "agrees": "与 {against} 一致：最大相差 {difference}",
    "same": "与 regard 算得的数一致：最大相差 {difference}",
    "word": "第 {at} 个词",
    "hidden": "× 表示不许读",
    "columns": "另有 {count} 列，见 JSON 与 HTML",
    "rows": "另有 {count} 行，见 JSON 与 HTML",
    "greatest": "以 float64 重算并与 regard（{dtype}）比较：各步最大相差 {difference}",
    "code": "代码",
    "caveat": "权重说明对这个输入而言平均值取自何处，本身并不说明答案为什么是这样。",
}
