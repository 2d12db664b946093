"""各步之外的中文：标题、说明，以及终端与网页上的用语。"""

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
