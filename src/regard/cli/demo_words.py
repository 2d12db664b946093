"""What `regard demo` says, in English and Chinese."""

ENGLISH = {
    "title": "regard demo: what attention is for",
    "story": (
        "A recurrent network reads a line letter by letter and writes it anew. Without attention it must squeeze the\n"
        "whole line into its last state; with attention it may read every state again, whenever it writes a letter.\n"
        "Both are the same network, trained for the same time on the same lines; longer lines tell them apart."
    ),
    "task": "Task: dates the way people write them → {target}. No download; the data is made here, by seed {seed}.",
    "iso": "ISO dates",
    "quick": "--quick keeps to these: {locales}.",
    "made": "{train:,} lines of one to four dates to learn from; {test} of each length, never seen, to measure on.",
    "with": "with attention, {name}",
    "without": "without, last state only",
    "training": "Training {what}, {seconds:.0f} seconds …",
    "chart": "Lines that are right to the last character, by how many dates they hold",
    "date": "date",
    "dates": "dates",
    "longer": "longer than any line trained on",
    "letters": "letters",
    "reads": "Where are year, month and day read from? Share of characters whose largest weight lies inside:",
    "trained": "trained",
    "untrained": "untrained copy",
    "shuffled": "letters shuffled",
    "look": "One line, and what each letter was read from (rows sum to one):",
    "saved": "The models are in {folder}. Next, type:",
    "next": (
        "  regard predict {model}                      then a date and Enter; Ctrl-D ends\n"
        "  regard look {model} '{example}' --png dates.png\n"
        "  regard train translate YOUR.tsv --model my-model   for your own pairs of texts"
    ),
    "took": "{seconds:.0f} seconds in all.",
}

CHINESE = {
    "title": "regard demo：注意力有什么用",
    "story": (
        "循环网络一个字母一个字母地读一行，再重新写出来。没有注意力时，整行必须压进最后一个状态；\n"
        "有注意力时，每写一个字母都可以重新读所有状态。\n"
        "两个网络相同，训练时间相同，数据也相同；行越长，差别越大。"
    ),
    "task": "任务：人们书写的日期 → {target}。无需下载；数据在本机按种子 {seed} 生成。",
    "iso": "ISO 日期",
    "ways": "人们书写的日期：CLDR 的 {locales} 个地区，{ways} 种写法，1900 至 2099 年",
    "left_out": (
        "不包括的写法，因为单凭文字不能确定是哪一天，或属于别的历法：\n"
        "  两位数年份                        11/20/26、20.11.26\n"
        "  日和月都是数字（年在前的除外）    03/04/2026、3.4.2026：各国可指三月或四月\n"
        "  公历以外的历法                    伊斯兰历、希伯来历、波斯历、佛历、日本年号、农历\n"
        "  用文字写的数                      二〇二六年十一月二十日"
    ),
    "quick": "--quick 只用：{locales}。",
    "made": "学习用 {train:,} 行，每行一到四个日期；每种长度用 {test} 行没见过的来测量。",
    "with": "有注意力，{name}",
    "without": "无注意力，只有最后状态",
    "training": "训练{what}，{seconds:.0f} 秒……",
    "chart": "完全正确的行所占比例，按每行日期数",
    "date": "个日期",
    "dates": "个日期",
    "longer": "比训练过的任何行都长",
    "letters": "个字母",
    "reads": "年、月、日是从哪里读的？最大权重落在其原文之内的字符比例：",
    "trained": "训练后",
    "untrained": "未训练",
    "shuffled": "字母打乱",
    "look": "一行，以及每个字母读自哪里（每行之和为一）：",
    "saved": "模型在 {folder}。接下来可以输入：",
    "next": (
        "  regard predict {model}                      然后输入日期并回车；Ctrl-D 结束\n"
        "  regard look {model} '{example}' --png dates.png\n"
        "  regard train translate 你的.tsv --model my-model   用你自己的双语文本"
    ),
    "took": "共 {seconds:.0f} 秒。",
}

LANGUAGES = {"en": ENGLISH, "zh": CHINESE}
EXAMPLES = {"": "20 novembre 2026; 1987年1月3日", "zh-en": "2026年11月20日星期五"}
