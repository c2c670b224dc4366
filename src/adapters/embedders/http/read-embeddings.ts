import { malformed } from "./http-failure.ts";

interface Shape {
  readonly data: readonly { readonly index?: unknown; readonly embedding?: unknown }[];
}

function isShape(answer: unknown): answer is Shape {
  const data = (answer as { data?: unknown } | null)?.data;
  return Array.isArray(data) && data.every((each) => typeof each === "object" && each !== null);
}

/** Checks an answer to `count` texts and makes unit vectors of it, in the order of the texts. @throws ExchangeError */
export function readEmbeddings(answer: unknown, count: number, dimensions: number, what: string): Float32Array[] {
  if (!isShape(answer)) throw malformed(what, "answered JSON without a list of embeddings: check KM_EMBEDDER_URL");
  if (answer.data.length !== count) throw malformed(what, `gave ${answer.data.length} vectors for ${count} texts`);
  const vectors: (Float32Array | undefined)[] = new Array(count).fill(undefined);
  for (const [at, { index = at, embedding }] of answer.data.entries()) {
    const place = Number.isInteger(index) ? (index as number) : -1;
    if (place < 0 || place >= count || vectors[place] !== undefined) {
      throw malformed(what, "numbered its vectors wrongly");
    }
    if (!Array.isArray(embedding)) throw malformed(what, "gave something other than a list of numbers as a vector");
    if (embedding.length !== dimensions) {
      throw malformed(
        what,
        `gave ${embedding.length} dimensions, not ${dimensions}: set KM_EMBEDDER_DIMENSIONS to what the model gives`,
      );
    }
    vectors[place] = unit(embedding, what);
  }
  return vectors as Float32Array[];
}

function unit(numbers: readonly unknown[], what: string): Float32Array {
  const vector = new Float32Array(numbers.length);
  let squares = 0;
  for (const [at, number] of numbers.entries()) {
    if (typeof number !== "number" || !Number.isFinite(number)) {
      throw malformed(what, "gave a vector with something that is not a finite number in it");
    }
    vector[at] = number;
    squares += number * number;
  }
  if (!Number.isFinite(squares)) throw malformed(what, "gave a vector too long to be measured");
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let at = 0; at < vector.length; at++) vector[at] = (numbers[at] as number) * scale;
  return vector;
}
