#!/usr/bin/env python3
"""Checks pairs.jsonl: recomputes unit, n, substitutions, insertions, deletions, cer and differences from the rules in README.md
with its own tokeniser and a plain Levenshtein table, and the form of the entities. Standard library only, no arguments needed:

    python3 tests/Hearing/figures.py [file] [--tokens]

Prints one line for each mismatch and exits 1 if there is any. --tokens prints the tokens of every pair as well.
"""
import json
import re
import sys
import unicodedata
from pathlib import Path

# ---- folding -------------------------------------------------------------------------------------------------------------------

APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u02bc\uff07\u2018\u00b4\u0060"), "'")
IGNORABLE = [(0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
             (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
             (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)]


def dropped(char):
    code = ord(char)
    if any(low <= code <= high for low, high in IGNORABLE):
        return True
    if code == 0x640 or 0x64B <= code <= 0x652 or code == 0x670:  # tatweel, harakat
        return True
    return 0x591 <= code <= 0x5C7 and unicodedata.category(char) == "Mn"  # Hebrew points


def fold(text, turkic):
    text = text.translate(APOSTROPHES)  # before NFKD: it makes a space and an accent of an acute accent
    if turkic:
        text = text.replace("I\u0307", "i").replace("\u0130", "i").replace("I", "\u0131")
    text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFKD", text).translate(APOSTROPHES)
    text = "".join(c for c in text if not dropped(c))
    text = text.replace("i\u0307", "i")
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)


def is_turkic(pair):
    if (pair["language"] or "").lower().split("-")[0] in ("tr", "az"):
        return True
    return any(c in "\u0131\u011f\u011e" for c in unicodedata.normalize("NFC", pair["oob"] + pair["asr"]))


# ---- words ---------------------------------------------------------------------------------------------------------------------

class Token:
    """A folded word and the stretch of the text it was written as."""

    def __init__(self, word, start, end):
        self.word, self.start, self.end = word, start, end

    def __repr__(self):
        return self.word


def kind(char):
    category = unicodedata.category(char)
    return "letter" if category[0] in "LM" else "number" if category[0] == "N" else None


def words(text, turkic, english):
    """The words of a text; in English also the symbols % & $, which rule 3 turns into words."""
    chars = []  # the folded characters, each with the place of the character it comes from
    for place, char in enumerate(text):
        folded = fold(char, turkic)
        chars += [(c, place) for c in folded] if folded else []
    tokens, at = [], 0

    def joins(i):
        if not 0 < i < len(chars) - 1:
            return False
        before, char, after = chars[i - 1][0], chars[i][0], chars[i + 1][0]
        if char == "'":
            return kind(before) == "letter" and kind(after) == "letter"
        return char in ".," and before.isdigit() and after.isdigit()

    while at < len(chars):
        if kind(chars[at][0]):
            first = at
            while at < len(chars) and (kind(chars[at][0]) or joins(at)):
                at += 1
            start, end = chars[first][1], chars[at - 1][1] + 1
            while end < len(text) and (unicodedata.category(text[end])[0] == "M" or text[end] == "\u0640"):  # dropped, but written
                end += 1
            word = fold(text[start:end], turkic)
            word = re.sub(r"(?<=\d),(?=(?:\d{3},)*\d{3}(?!\d))", "", word)
            tokens.append(Token(word, start, end))
        else:
            if english and chars[at][0] in "%&$":
                tokens.append(Token(chars[at][0], chars[at][1], chars[at][1] + 1))
            at += 1
    return tokens


# ---- English -------------------------------------------------------------------------------------------------------------------

UNITS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
                                    "sixteen seventeen eighteen nineteen".split())}
TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
SCALES = {"thousand": 1000, "million": 1000000, "billion": 1000000000}
ORDINALS = {w: i for i, w in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
                                       "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split(), 1)}
ORDINAL_TENS = {w: 10 * i for i, w in enumerate("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split(), 2)}
REPLACED = {"ok": "okay", "mr": "mister", "mrs": "missus", "dr": "doctor", "%": "percent", "&": "and"}


def suffixed(value):
    return f"{value}{'th' if 10 <= value % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def small(w, i):
    """A number below 100 at i: its value, the next place and whether it is an ordinal; or None."""
    if i >= len(w):
        return None
    if w[i] in TENS:
        if i + 1 < len(w) and 0 < UNITS.get(w[i + 1], 0) < 10:
            return TENS[w[i]] + UNITS[w[i + 1]], i + 2, False
        if i + 1 < len(w) and 0 < ORDINALS.get(w[i + 1], 0) < 10:
            return TENS[w[i]] + ORDINALS[w[i + 1]], i + 2, True
        return TENS[w[i]], i + 1, False
    for table, ordinal in ((UNITS, False), (ORDINALS, True), (ORDINAL_TENS, True)):
        if w[i] in table:
            return table[w[i]], i + 1, ordinal
    return None


def after_and(w, i):
    return i + 1 if i + 1 < len(w) and w[i] in ("and", "&") and small(w, i + 1) and small(w, i + 1)[0] else i


def below_thousand(w, i):
    found = small(w, i)
    if not found or found[2] or found[0] == 0:
        return found
    value, i, ordinal = found
    if i < len(w) and w[i] == "hundred":
        value, i = value * 100, i + 1
        rest = small(w, after_and(w, i))
        if rest and rest[0]:
            return value + rest[0], rest[1], rest[2]
    return value, i, ordinal


def number(w, i):
    found = below_thousand(w, i)
    if not found or found[2] or found[0] == 0 or found[1] >= len(w) or w[found[1]] not in SCALES:
        return found
    total, ordinal = 0, False
    while found and found[1] < len(w) and w[found[1]] in SCALES and not ordinal:
        total, i = total + found[0] * SCALES[w[found[1]]], found[1] + 1
        found = below_thousand(w, after_and(w, i))
        if found and not found[0]:
            found = None
    if found:
        total, i, ordinal = total + found[0], found[1], found[2]
    return total, i, ordinal


def english_words(tokens):
    out, i, w = [], 0, [t.word for t in tokens]
    while i < len(w):
        if w[i] in ("double", "triple") and i + 1 < len(w) and (UNITS.get(w[i + 1], 10) < 10 or re.fullmatch(r"\d", w[i + 1])):
            digit = str(UNITS.get(w[i + 1], w[i + 1]))
            out += [Token(digit, tokens[i].start, tokens[i + 1].end) for _ in range(2 if w[i] == "double" else 3)]
            i += 2
            continue
        if w[i] == "$" and i + 1 < len(w) and w[i + 1][0].isdigit() and tokens[i + 1].start == tokens[i].end:
            out += [tokens[i + 1], Token("dollars", tokens[i].start, tokens[i].end)]
            i += 2
            continue
        found = number(w, i)
        if found:
            value, after, ordinal = found
            out.append(Token(suffixed(value) if ordinal else str(value), tokens[i].start, tokens[after - 1].end))
            i = after
            continue
        if w[i] != "$":
            out.append(Token(REPLACED.get(w[i], w[i]), tokens[i].start, tokens[i].end))
        i += 1
    digits = [t.word.isdigit() for t in out]
    i = 0
    while i < len(out):  # oh between digits
        j = i
        while j < len(out) and out[j].word in ("o", "oh"):
            j += 1
        if j > i and i > 0 and digits[i - 1] and j < len(out) and digits[j]:
            for k in range(i, j):
                out[k].word = "0"
        i = max(j, i + 1)
    return out


# ---- units ---------------------------------------------------------------------------------------------------------------------

SCRIPTS = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC ITERATION", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR",
           "TIBETAN")
SPLIT_MC = set([0x102B, 0x102C, 0x1038, 0x1083, 0x108F, 0xAA7B, 0xAA7D, *range(0x1062, 0x1065), *range(0x1067, 0x106E),
                *range(0x1087, 0x108D), *range(0x109A, 0x109D)])  # spacing marks that do not extend a cluster


def hangul(char):
    code = ord(char)
    return "L" if 0x1100 <= code <= 0x115F else "V" if 0x1160 <= code <= 0x11A7 else "T" if 0x11A8 <= code <= 0x11FF else None


def clusters(text):
    """Extended grapheme clusters, as far as letters, marks and numbers need them. Returns their texts."""
    out = []
    for char in text:
        extends = unicodedata.category(char)[0] == "M" and ord(char) not in SPLIT_MC or char in "\u200c\u200d"
        if out and (extends or (hangul(out[-1][-1]), hangul(char)) in (("L", "L"), ("L", "V"), ("V", "V"), ("V", "T"), ("T", "T"))):
            out[-1] += char
        else:
            out.append(char)
    return out


def unit_of(pair, turkic):
    letters = [c for c in fold(pair["oob"] + " " + pair["asr"], turkic) if unicodedata.category(c)[0] == "L"]
    unspaced = sum(unicodedata.name(c, "").startswith(SCRIPTS) for c in letters)
    return "grapheme" if letters and 2 * unspaced >= len(letters) else "word"


def tokens_of(pair):
    """The tokens of both texts and the clusters of both texts."""
    turkic = is_turkic(pair)
    language = (pair["language"] or "").lower()
    only_ascii = all(c.isascii() for c in pair["oob"] + pair["asr"] if unicodedata.category(c)[0] == "L")
    english = language == "en" or language.startswith("en-") or pair["language"] is None and only_ascii
    unit, sides = unit_of(pair, turkic), []
    for side in ("oob", "asr"):
        text = pair[side]
        tokens = words(text, turkic, english)
        if english:
            tokens = english_words(tokens)
        characters = [c for t in tokens for c in clusters(t.word)]
        if unit == "grapheme":
            split = []
            for token in tokens:
                place, folded = token.start, clusters(token.word)
                written = clusters(text[token.start:token.end])
                for k, cluster in enumerate(folded):
                    own = written[k] if len(written) == len(folded) else None
                    split.append(Token(cluster, place, place + len(own or "")))
                    place += len(own or "")
            tokens = split
        sides.append((tokens, characters))
    return unit, sides[0][0], sides[1][0], sides[0][1], sides[1][1]


# ---- distances -----------------------------------------------------------------------------------------------------------------

def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def joins_from(a, b, i, j):
    """The smallest runs from i and j whose words, put together, are the same: their ends, or None."""
    x, y, k, m = a[i], b[j], i + 1, j + 1
    while x != y:
        if len(x) < len(y):
            if not y.startswith(x) or k == len(a):
                return None
            x, k = x + a[k], k + 1
        else:
            if not x.startswith(y) or m == len(b):
                return None
            y, m = y + b[m], m + 1
    return k, m


def align(reference, heard, keep=8):
    """The least number of edits, the triples (S, I, D) that reach it, up to `keep` lists of edits, and one chain of joined runs."""
    a, b = [t.word for t in reference], [t.word for t in heard]
    best = [[None] * (len(b) + 1) for _ in range(len(a) + 1)]
    best[0][0] = (0, {(0, 0, 0)}, {()}, ())

    def offer(i, j, cost, triples, edits, runs):
        cell = best[i][j]
        if cell is None or cost < cell[0]:
            best[i][j] = (cost, set(triples), set(edits), runs)
        elif cost == cell[0]:
            cell[1].update(triples)
            cell[2].update(edits)
            while len(cell[2]) > keep:
                cell[2].pop()

    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            cost, triples, edits, runs = best[i][j]
            if i < len(a) and j < len(b):
                ends = joins_from(a, b, i, j)
                if ends:
                    offer(*ends, cost, triples, edits, runs + ((i, ends[0], j, ends[1]),))
                if a[i] != b[j]:
                    edit = ("substitute", i, j)
                    offer(i + 1, j + 1, cost + 1, {(s + 1, n, d) for s, n, d in triples}, {e + (edit,) for e in edits}, runs)
            if i < len(a):
                offer(i + 1, j, cost + 1, {(s, n, d + 1) for s, n, d in triples}, {e + (("delete", i, None),) for e in edits}, runs)
            if j < len(b):
                offer(i, j + 1, cost + 1, {(s, n + 1, d) for s, n, d in triples}, {e + (("insert", None, j),) for e in edits}, runs)
    return best[-1][-1]


def written(pair, edits, reference, heard):
    """The edits with the words as they stand in the texts."""
    out = []
    for op, i, j in edits:
        out.append((op, None if i is None else pair["oob"][reference[i].start:reference[i].end],
                    None if j is None else pair["asr"][heard[j].start:heard[j].end]))
    return tuple(out)


def figures(pair):
    unit, reference, heard, reference_characters, heard_characters = tokens_of(pair)
    cost, triples, edits, runs = align(reference, heard)
    cer = round(levenshtein(reference_characters, heard_characters) / max(1, len(reference_characters)), 6)
    return {"unit": unit, "n": len(reference), "triples": triples, "cer": cer, "cost": cost,
            "differences": {written(pair, e, reference, heard) for e in edits}, "runs": runs,
            "tokens": (reference, heard), "characters": (reference_characters, heard_characters)}


# ---- the check -----------------------------------------------------------------------------------------------------------------

FORMS = {"number": r"\d+(\.\d+)?", "spelled": r"[^\W\d_]{3,}", "code": r"(?=.*[A-Z])(?=.*\d)[A-Z0-9]{4,}", "name": r"\S.*\S",
         "date": r"(\d{4}|-)-\d\d-\d\d", "time": r"\d\d:\d\d", "money": r"[A-Z]{3} \d+(\.\d+)?", "email": r"[^\s@]+@[^\s@]+\.[^\s@]+",
         "phone": r"\+?\d{7,}"}


def faults(pair):
    found = figures(pair)
    for field in ("unit", "n", "cer"):
        if pair[field] != found[field]:
            yield f"{field} is {pair[field]}, computed {found[field]}"
    triple = (pair["substitutions"], pair["insertions"], pair["deletions"])
    if found["triples"] != {triple}:
        yield f"substitutions, insertions, deletions are {triple}, computed {sorted(found['triples'])}"
    if "differences" in pair:
        listed = tuple((d["op"], d["oob"], d["asr"]) for d in pair["differences"])
        if found["differences"] != {listed}:
            yield f"differences are {listed}, computed {sorted(found['differences'], key=str)}"
    for entity in pair.get("entities", []):
        oob, asr = entity["oob"], entity["asr"]
        state = "only_asr" if oob is None else "only_oob" if asr is None else "agreed" if oob == asr else "differs"
        if entity["state"] != state:
            yield f"entity {entity} should be {state}"
        if not all(v is None or re.fullmatch(FORMS[entity["kind"]], v) for v in (oob, asr)) or oob is asr is None:
            yield f"entity {entity} has not the form of its kind"


def main(arguments):
    paths = [a for a in arguments if not a.startswith("--")]
    path = Path(paths[0]) if paths else Path(__file__).with_name("pairs.jsonl")
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    bad = 0
    for number_of, pair in enumerate(pairs, 1):
        if "--tokens" in arguments:
            found = figures(pair)
            print(pair["id"], *found["tokens"], sep="\n    ")
        for fault in faults(pair):
            bad += 1
            print(f"line {number_of}, {pair['id']}: {fault}")
    for name in sorted({p["id"] for p in pairs if sum(q["id"] == p["id"] for q in pairs) > 1}):
        bad += 1
        print(f"{name}: more than one pair has this id")
    print(f"{len(pairs)} pairs, {len({p['language'] for p in pairs if p['language']})} languages, "
          f"{sum('entities' in p for p in pairs)} with entities, {bad} mismatches")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
