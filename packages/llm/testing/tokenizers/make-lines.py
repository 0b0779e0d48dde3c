"""Writes lines.json: lines of every kind a tokenizer may stumble over, the same ones each time."""

import json
import pathlib
import random

LINES = 3000
CONTROLS = [chr(code) for code in [*range(0x20), 0x7F, 0x80, 0x85, 0x9F, 0xAD, 0x200B, 0x200D, 0x2060, 0xFEFF, 0xFFFD]]
SPACES = list(" \t\n\r\v\f\x85\xa0\u1680\u2003\u2009\u2028\u2029\u202f\u205f\u3000")
WORDS = """the I'm you're they'll we've she'd it's IT'S You'Re THEY'LL can’t rock'n'roll O'Neill 'tis don't's ''s 's's
naïve café Ångström straße Straße İstanbul ﬁne ｆｕｌｌ weiß Größe mañana garçon ŁÓDŹ über-cool e-mail C++ F# node.js
привет как дела Москва ДОМ ёлка Україна Ελλάδα αβγ Ωμέγα שלום עולם مرحبا بالعالم سلام हिन्दी नमस्ते বাংলা தமிழ் ไทย ภาษาไทย
你好 世界 中文字符 日本語 こんにちは カタカナ ｶﾀｶﾅ 안녕하세요 한국어 ភាសាខ្មែរ မြန်မာ ქართული հայերեն አማርኛ ᏣᎳᎩ ᚠᚢᚦ Tiếng Việt ﷺ
xml HTTPServer camelCase PascalCase snake_case SCREAMING_CASE kebab-case iPhone eBay McDonald ǅ ǈ ª º ʰ ˈ""".split()
NUMBERS = "0 7 42 100 1234 12345 123456 1234567 3.14 1,000,000 1e-9 0xFF 2024-05-01 12:30:59 ½ ² Ⅷ ٣٤٥ १२३ ９９ 𝟗𝟗 ①② 1st 2nd 3rd 10km €5 $1,299.99 50% v1.2.3".split()
EMOJI = "😀 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 ❤️ ☕ 🧑🏿‍💻 ✈️ 1️⃣ 🫠 ⌚ ♥ ™ © ®".split()
CODE = """if (a && b) {|  return x === y ? 1 : 0;|}|for i in range(10):|\tprint(f"{i:>3}")|<div class="a">&nbsp;</div>|SELECT * FROM t WHERE id='x';|#include <stdio.h>|$HOME/.cache|a->b::c<d>|x += 1;  // why?|/* … */|"\\n\\t"|[[1,2],[3]]|=>|!==|...|……|--|——|``` |~~~|{{ messages }}|https://a.b/c?d=e&f=%20#g|@user #tag|\\\\srv\\x|^_^|:-)|???!!!|/usr/bin/|\r\n\r\n|;;|)))\n|/\n/\n|. \n|' |'|"|' s""".split("|")
SPECIALS = "<|im_start|> <|im_end|> <|endoftext|> <s> </s> <unk> <repo_name> <|im_end <0x0A> ▁ ▁▁ <reponame> <|im_start|>user\n".split(" ")
MARKS = [chr(code) for code in (0x300, 0x301, 0x308, 0x327, 0x20DD, 0x93E, 0x94D, 0x5B0, 0x64B, 0xE31, 0xFE0F, 0x1F3FB)]
UNASSIGNED = [chr(code) for code in (0x378, 0x530, 0x2FE0, 0xFDD0, 0xFFFE, 0x1FFFF, 0x50000, 0xE0080, 0xE000, 0xF8FF, 0x10FFFD)]
SENTENCES = """Could you tell me what the weather will be like tomorrow?|Sure — here are 3 ideas: (1) rest, (2) walk, (3) read.
Well,  I don't know...   maybe?| Leading space and trailing space |Ich hätte gern zwei Brötchen, bitte!|Où est la bibliothèque ?
¿Qué hora es? ¡Las dos!|「こんにちは」と言いました。|他说：“今天下午三点见。”|Сколько это стоит? 250 рублей.|a\u0301e\u0308|e\u0301tude|Line one\nLine two\n\n\nLine five
\ttabbed\t\ttwice|system\nYou are a helpful assistant.|ALL CAPS SENTENCE WITH IT'S CONTRACTIONS|""".replace("\n", "|", 1).split("|")


def letter(chance):
    """Any character there is but half of a surrogate pair, most of them from the first plane."""
    while True:
        code = chance.choice([chance.randrange(0x250), chance.randrange(0x3100), chance.randrange(0x10000), chance.randrange(0x110000)])
        if not 0xD800 <= code <= 0xDFFF:
            return chr(code)


def piece(chance):
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(WORDS)
    if kind < 0.4:
        return chance.choice(NUMBERS)
    if kind < 0.47:
        return chance.choice(EMOJI)
    if kind < 0.57:
        return chance.choice(CODE)
    if kind < 0.62:
        return chance.choice(SPECIALS)
    if kind < 0.66:
        return chance.choice(CONTROLS)
    if kind < 0.72:
        return "".join(chance.choice(SPACES) for _ in range(chance.randrange(1, 6)))
    if kind < 0.76:
        return " " * chance.randrange(1, 20)
    if kind < 0.8:
        return chance.choice(WORDS) + chance.choice(MARKS) + chance.choice(WORDS)
    if kind < 0.83:
        return chance.choice(UNASSIGNED)
    if kind < 0.95:
        return "".join(letter(chance) for _ in range(chance.randrange(1, 5)))
    return chance.choice(SENTENCES)


def line(chance, index):
    if index < len(SENTENCES):
        return SENTENCES[index]
    if index % 500 == 0:
        return chance.choice(["supercalifragilistic", "ab", "好", "9", "é", "=", "\n", "😀", "' "]) * chance.randrange(50, 150)
    joint = chance.choice(["", " ", " ", "  ", "\n"])
    return joint.join(piece(chance) for _ in range(chance.randrange(1, 8)))


chance = random.Random(20)
lines = [line(chance, index) for index in range(LINES)]
lines[1000] = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 40
target = pathlib.Path(__file__).with_name("lines.json")
target.write_text(json.dumps(lines, ensure_ascii=False, indent=2) + "\n")
