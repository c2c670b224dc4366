import type { Engine, RowState, SegmentDoc } from "../../../../src/adapters/libsql/engine/mod.ts";
import { alive } from "../../../../src/domain/mod.ts";
import { fieldTerms } from "../../../../src/domain/text/mod.ts";
import { quantise } from "../../../../src/domain/vector/mod.ts";
import type { LexicalTuning } from "../../../../src/ports/mod.ts";

export interface SampleRow {
  readonly doc: SegmentDoc;
  state: RowState;
}

export const tuning: LexicalTuning = {
  k1: 1.1,
  fields: {
    body: { weight: 1, b: 0.7 },
    path: { weight: 3, b: 0.2 },
    symbol: { weight: 2, b: 1 },
    context: { weight: 0.5, b: 0 },
    doc: { weight: 0.7, b: 0.5 },
  },
};

const words = ["alpha", "beta", "gamma", "parseConfig", "日本", "𠮷野", "ﬁle", "x_y_z", "delta", "omega"];

/** A stream of integers below a bound. */
export type Draw = (below: number) => number;

export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function unitVector(draw: Draw, dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => draw(2_001) / 1_000 - 1);
  const length = Math.hypot(...vector) || 1;
  return vector.map((component) => component / length);
}

/** Rows of few words and few vectors, so that equal scores are common. */
export function sampleRows(seed: number, count: number, dimensions: number): SampleRow[] {
  const draw = drawFrom(seed);
  const vectors = Array.from({ length: 1 + Math.ceil(count / 3) }, () => quantise(unitVector(draw, dimensions)));
  const text = (most: number) => Array.from({ length: draw(most) }, () => words[draw(words.length)]).join(" ");
  return Array.from({ length: count }, (_, at): SampleRow => {
    const { code, scale } = vectors[draw(vectors.length)]!;
    const chunkId = Array.from({ length: 32 }, () => draw(16).toString(16)).join("");
    const long = draw(20) === 0 ? `${"zeta ".repeat(3_000)} ` : "";
    const chunk = {
      text: long + text(12),
      path: `src/${text(2)}/f.ts`,
      defines: [text(2)],
      context: text(3),
      doc: text(4),
    };
    return {
      doc: { rowId: 1 + ((at * 7_919 + 13) % 10_007), chunkId, terms: fieldTerms(chunk), code, scale },
      state: {
        born: 1 + draw(4),
        dead: draw(3) === 0 ? 3 + draw(4) : alive,
        file: draw(8),
        source: 1 + draw(2),
        kinds: draw(8),
      },
    };
  });
}

/** Adds a segment all at once. */
export function loadSegment(
  engine: Engine,
  id: number,
  bytes: Uint8Array,
  stateOf: (rowId: number) => RowState | undefined,
): void {
  const steps = engine.prepare(id, bytes, stateOf);
  let step = steps.next();
  while (!step.done) step = steps.next();
  engine.exchange([], [step.value]);
}
