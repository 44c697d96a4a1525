#!/usr/bin/env python3
"""Restores the secret of a "lines" sheet by what is printed on the sheet alone, and by nothing of sigtool.

usage: decode.py SHEET > SECRET

It is written from the paragraph HOW IT WORKS of the sheet, and takes every number from it.
"""

import hashlib
import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
prose = " ".join(text.split())

row = re.search(r"its place, from 0, in the row ([A-Z0-9]{32}) ", prose).group(1)
k, size, first, last = map(int, re.search(
    r"Lines 1 to (\d+) are (\d+) bytes: bytes (\d+) to (\d+), counted from 1, are", prose).groups())
digest = int(re.search(r"the last (\d+) are the first of the SHA-256", prose).group(1))
p_line, q_line = map(int, re.search(r"Lines (\d+) and (\d+) repair", prose).groups())
g = [int(x, 16) for x in re.search(r"g in hexadecimal ((?:[0-9A-F]{10}(?:, |\.))+)", prose).group(1).strip(".").split(", ")]
document = re.search(r"The check is c XOR the document's number, ([A-Z0-9]{4}-[A-Z0-9]{4})", prose).group(1)


def number(chars):
    n = 0
    for c in chars:
        n = n * 32 + row.index(c)
    return n


def check(values):
    c = 1
    for v in values + [0] * 8:
        t, c = c >> 35, (c % 2**35) * 32 ^ v
        for i in range(5):
            if t >> i & 1:
                c ^= g[i]
    return c ^ number(document.replace("-", ""))


def gf(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 256:
            a ^= 0b100011101  # x^8+x^4+x^3+x^2+1
        b >>= 1
    return product


def power(n):
    p = 1
    for _ in range(n):
        p = gf(p, 2)
    return p


def divide(a, b):
    return next(x for x in range(256) if gf(x, b) == a)


lines = {}
for match in re.finditer(r"(?m)^ *(\d+)/(\d+) +([A-Z0-9 ]+)$", text):
    n, total, chars = int(match[1]), int(match[2]), match[3].replace(" ", "")
    if len(chars) != 40 or any(c not in row for c in chars):
        continue
    values = [n // 32, n % 32, total // 32, total % 32] + [row.index(c) for c in chars[:32]]
    if total == q_line and check(values) == number(chars[32:]):
        lines[n] = number(chars[:32]).to_bytes(20, "big")

lost = [n for n in range(1, k + 1) if n not in lines]
spare = [n for n in (p_line, q_line) if n in lines]
if len(lost) > len(spare):
    sys.exit("too many lines lost: " + ", ".join(map(str, lost)))
for j in range(20 if lost else 0):
    p = q = 0
    for n in range(1, k + 1):
        if n in lines:
            p ^= lines[n][j]
            q ^= gf(power(n - 1), lines[n][j])
    if len(lost) == 2:  # D(x)+D(y) = a, 2^(x-1)D(x) + 2^(y-1)D(y) = b
        gx, gy = power(lost[0] - 1), power(lost[1] - 1)
        a, b = p ^ lines[p_line][j], q ^ lines[q_line][j]
        x = divide(gf(gy, a) ^ b, gx ^ gy)
        found = [x, x ^ a]
    elif p_line in lines:
        found = [p ^ lines[p_line][j]]
    else:
        found = [divide(q ^ lines[q_line][j], power(lost[0] - 1))]
    for n, byte in zip(lost, found):
        lines.setdefault(-n, bytearray(20))[j] = byte
for n in lost:
    lines[n] = bytes(lines[-n])

frame = b"".join(lines[n] for n in range(1, k + 1))
assert len(frame) == size
if hashlib.sha256(frame[:-digest]).digest()[:digest] != frame[-digest:]:
    sys.exit("the digest does not hold")
sys.stdout.buffer.write(frame[first - 1:last])
