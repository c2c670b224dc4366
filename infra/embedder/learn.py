"""Learns a vector for each word, and writes the table that src/adapters/embedders/static reads.

The vector of a text is the sum of its words' vectors, a word counting 1 + ln of its occurrences. They are learned so
that the first sentence of a documentation is nearest to the code it documents among the code of a thousand others
(InfoNCE both ways; van den Oord, Li, Vinyals, "Representation Learning with Contrastive Predictive Coding", 2018), in
one batch of four to the rest of the documentation instead. Steps are scaled by word (Adagrad; Duchi, Hazan, Singer,
2011, one number a row), so that rare words learn as fast as common ones. Vectors begin at random, longer for rarer
words; how long they end is learned, so frequency needs no weighting afterwards.

usage: learn.py FOLDER OUT
"""

import json
import struct
import sys

import numpy
import scipy.sparse

DIMENSIONS = 128
STEPS = 1200
BATCH = 1024
RATE = 0.05
TEMPERATURE = 0.08
# Share of words left out of each text at each step.
DROPPED = 0.25
# Share of batches that learn from the rest of the documentation.
PROSE = 0.25
# Fewer texts than this hold a word: it is left to the hashed n-grams.
RAREST = 4
SEED = 0


def unit(rows):
    length = numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return rows / length, length


def main(folder, out_path):
    known = json.load(open(f"{folder}/terms.json"))
    documents = numpy.array([count for _, count in known])
    keep = numpy.where(documents >= RAREST)[0]

    def rows(name):
        pointers = numpy.fromfile(f"{folder}/{name}.pointers", numpy.int32)
        terms = numpy.fromfile(f"{folder}/{name}.terms", numpy.int32)
        counts = numpy.fromfile(f"{folder}/{name}.counts", numpy.float32)
        shape = (len(pointers) - 1, len(known))
        return scipy.sparse.csr_matrix((1 + numpy.log(counts), terms, pointers), shape=shape)[:, keep]

    first, rest, code = rows("first"), rows("rest"), rows("code")
    pairs = first.shape[0]
    rarity = numpy.log((3 * pairs + 1) / (documents[keep] + 0.5))
    random = numpy.random.default_rng(SEED)
    table = random.standard_normal((len(keep), DIMENSIONS)) / numpy.sqrt(DIMENSIONS)
    table = (table * (rarity / rarity.mean())[:, None]).astype(numpy.float32)
    squares = numpy.zeros(len(keep), numpy.float32)
    same = numpy.eye(BATCH, dtype=numpy.float32)
    print(f"{len(keep)} words, {pairs} pairs", flush=True)
    for step in range(STEPS):
        chosen = random.choice(pairs, BATCH, replace=False)
        one = first[chosen]
        other = (rest if random.random() < PROSE else code)[chosen]
        for texts in (one, other):
            texts.data = texts.data * (random.random(len(texts.data)) > DROPPED)
        one_unit, one_length = unit(one @ table)
        other_unit, other_length = unit(other @ table)
        likeness = one_unit @ other_unit.T / numpy.float32(TEMPERATURE)
        forward = numpy.exp(likeness - likeness.max(1, keepdims=True))
        forward /= forward.sum(1, keepdims=True)
        backward = numpy.exp(likeness - likeness.max(0, keepdims=True))
        backward /= backward.sum(0, keepdims=True)
        slope = ((forward + backward) / 2 - same) / numpy.float32(TEMPERATURE * BATCH)
        one_slope = slope @ other_unit
        other_slope = slope.T @ one_unit
        one_slope = (one_slope - one_unit * (one_slope * one_unit).sum(1, keepdims=True)) / one_length
        other_slope = (other_slope - other_unit * (other_slope * other_unit).sum(1, keepdims=True)) / other_length
        change = numpy.asarray(one.T.tocsr() @ one_slope + other.T.tocsr() @ other_slope, numpy.float32)
        squares += (change * change).mean(1)
        rate = numpy.float32(RATE * (1 - step / STEPS))
        table -= rate * change / (numpy.sqrt(squares)[:, None] + numpy.float32(1e-8))
        if step % 100 == 99:
            loss = -numpy.log(numpy.maximum(forward.diagonal(), 1e-9)).mean()
            print(f"step {step + 1}: {loss:.3f}", flush=True)
    write([known[at][0] for at in keep], table, out_path)


def write(words, table, out_path):
    scales = numpy.abs(table).max(1) / 127
    scales[scales == 0] = 1
    codes = numpy.round(table / scales[:, None]).astype(numpy.int8)
    text = "\n".join(words).encode()
    with open(out_path, "wb") as out:
        out.write(struct.pack("<4sIII", b"KWT1", table.shape[1], len(words), len(text)))
        out.write(text + b"\n" * (-len(text) % 4))
        out.write(scales.astype("<f4").tobytes())
        out.write(codes.tobytes())


main(*sys.argv[1:])
