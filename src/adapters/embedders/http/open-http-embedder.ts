import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import { beginErrors, type Clock, type Embedder, type Meter, type Tracer } from "../../../ports/mod.ts";
import { Exchange, type Patience } from "./exchange.ts";
import { readEmbeddings } from "./read-embeddings.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface HttpEmbedderConfig {
  /** The whole URL, such as `http://127.0.0.1:8080/v1/embeddings`. */
  readonly url: string;
  readonly model: string;
  /** What the model gives; an answer with others is refused. */
  readonly dimensions: number;
  readonly apiKey?: string | undefined;
  /** Asks for `dimensions` in the request, for models that can shorten their vectors. */
  readonly shorten?: boolean;
  /** Texts a request. */
  readonly batch?: number;
  /** Requests at a time. */
  readonly concurrency?: number;
  /** 0: no limit of our own. */
  readonly requestsPerMinute?: number;
  /** What the model wants in front of each text, such as "query:" and "passage:". */
  readonly queryPrefix?: string | undefined;
  readonly passagePrefix?: string | undefined;
  readonly patience?: { readonly query?: Partial<Patience>; readonly passage?: Partial<Patience> };
}

/** What it needs of the gateway. */
export interface Surroundings {
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly meter: Meter;
  /** What each request carries of the caller's trace; undefined: tracing is off. */
  readonly traceHeaders?: Tracer["headers"] | undefined;
}

export interface HttpEmbedder extends Embedder {
  /** Why the server's last answer was no use; "" when it was. */
  trouble(): string;
}

/** An agent waits: two attempts, and a server that wants longer is done without. */
const forQueries: Patience = { attemptMs: 5_000, attempts: 2, firstWaitMs: 100, longestWaitMs: 1_000 };
/** An ingest waits out a restart of the server, or a minute's quota. */
const forPassages: Patience = { attemptMs: 60_000, attempts: 6, firstWaitMs: 500, longestWaitMs: 120_000 };
/** Characters of a text that are sent: chunks have 4,000 and their context. */
const longestText = 8_000;
/** Vectors kept of calls that failed, so that the next try asks for the rest only: some 10 MB. */
const mostKept = 4_096;
/** Bytes of JSON a number may take, and of what stands around the vectors. */
const bytesANumber = 40;
const bytesAround = 65_536;

/** Opens an embedder on a server that need not be there yet. */
export async function openHttpEmbedder(
  config: HttpEmbedderConfig,
  { clock, meter, traceHeaders }: Surroundings,
  signal: AbortSignal,
): Promise<HttpEmbedder> {
  throwIfAborted(signal);
  const { url, model, dimensions, apiKey, batch = 64, concurrency = 4, requestsPerMinute = 0 } = config;
  if (!Number.isInteger(dimensions) || dimensions < 8 || dimensions > 4_096) {
    throw new Fault("invalid", `KM_EMBEDDER_DIMENSIONS must be 8 to 4096, not ${dimensions}`);
  }
  const what = "the embeddings server";
  const bucket = new TokenBucket(requestsPerMinute, concurrency, clock);
  beginErrors(meter, "embedder", ["embed"]);
  const exchange = new Exchange({ url, apiKey, clock, meter, traceHeaders, bucket, what, setting: "KM_EMBEDDER" });
  const kept = new Map<string, Float32Array>();
  const prefixed = (text: string, prefix = ""): string =>
    (prefix === "" ? text : `${prefix} ${text}`).slice(0, longestText);

  const ask = (texts: readonly string[], patience: Patience, abort: AbortSignal): Promise<Float32Array[]> => {
    const body = { model, input: texts, encoding_format: "float", ...(config.shorten ? { dimensions } : {}) };
    const limit = texts.length * dimensions * bytesANumber + bytesAround;
    const read = (answer: unknown) => readEmbeddings(answer, texts.length, dimensions, what);
    return exchange.post("embed", body, limit, read, patience, abort);
  };

  return {
    fingerprint: fingerprintOf(config),
    dimensions,
    async embed(texts, kind, abort) {
      exchange.throwIfOver(abort);
      const query = kind === "query";
      const patience = query
        ? { ...forQueries, ...config.patience?.query }
        : { ...forPassages, ...config.patience?.passage };
      const vectors: Float32Array[] = texts.map(() => new Float32Array(dimensions));
      const asked: { readonly at: number; readonly text: string }[] = [];
      for (const [at, text] of texts.entries()) {
        const known = query ? undefined : kept.get(text);
        if (known !== undefined) vectors[at] = known;
        else if (text.trim() !== "") asked.push({ at, text });
      }
      const batches = cut(asked, batch);
      await inTurns(batches, query ? batches.length : concurrency, abort, async (part, within) => {
        const inputs = part.map(({ text }) => prefixed(text, query ? config.queryPrefix : config.passagePrefix));
        for (const [place, vector] of (await ask(inputs, patience, within)).entries()) {
          const { at, text } = part[place]!;
          vectors[at] = vector;
          if (!query && kept.size < mostKept) kept.set(text, vector);
        }
      });
      // What this call brought home is the caller's now; only a failed call's vectors are waited for.
      for (const text of texts) kept.delete(text);
      return vectors;
    },
    async ready(abort) {
      exchange.throwIfOver(abort);
    },
    trouble: () => exchange.trouble,
    async close() {
      exchange.close();
      kept.clear();
    },
  };
}

/** What decides about stored vectors; the server's address doesn't, and a fingerprint holds no space. */
function fingerprintOf({ model, dimensions, passagePrefix = "" }: HttpEmbedderConfig): string {
  const prefix = passagePrefix === "" ? "" : `+${encodeURIComponent(passagePrefix)}`;
  return `http:${encodeURIComponent(model)}${prefix}/${dimensions}/unit`;
}

function cut<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}

/**
 * Works on items, `lanes` at a time. After a failure no further item is begun; what is under way may end well and
 * be kept, so a server that lost one request costs one.
 */
async function inTurns<T>(
  items: readonly T[],
  lanes: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed && next < items.length) {
      try {
        await work(items[next++]!, signal);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(lanes, items.length) }, lane));
  const lost = ended.find((each) => each.status === "rejected");
  if (lost) throw lost.reason;
}
