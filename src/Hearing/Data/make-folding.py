#!/usr/bin/env python3
"""Writes folding.txt: what each code point becomes when texts are compared, by the Unicode data of this Python.

A line is `code point;what it becomes`, in hex, the latter empty where nothing is left: NFKD, full case folding, NFKD again.
A line `code point:class` is a canonical combining class, for the order of marks. Hangul syllables are computed, not listed.
"""
import sys
import unicodedata


def fold(character):
    decomposed = unicodedata.normalize("NFKD", character)
    return unicodedata.normalize("NFKD", decomposed.casefold())


with open("folding.txt", "w", encoding="ascii", newline="\n") as file:
    file.write(f"# Unicode {unicodedata.unidata_version}, written by make-folding.py\n")
    for code in range(0x80, sys.maxunicode + 1):
        if 0xAC00 <= code <= 0xD7A3 or 0xD800 <= code <= 0xDFFF:
            continue
        character = chr(code)
        folded = fold(character)
        if folded != character:
            file.write(f"{code:X};{' '.join(f'{ord(c):X}' for c in folded)}\n")
        if unicodedata.combining(character):
            file.write(f"{code:X}:{unicodedata.combining(character)}\n")
