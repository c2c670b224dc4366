import { createHash } from "node:crypto";
import type { Schemas } from "@qdrant/js-client-rest";
import { Fault, throwIfAborted } from "../../domain/mod.ts";
import { orAborted } from "./attempt-signal.ts";
import type { Connection } from "./connection.ts";
import { malformed } from "./qdrant-fault.ts";

/** Names of a chunk collection's vectors. */
export const dense = "dense";
export const lexical = "lexical";

const keyword: Schemas["PayloadFieldSchema"] = "keyword";
const number: Schemas["PayloadFieldSchema"] = { type: "integer", lookup: true, range: true };

type Indexes = Readonly<Record<string, Schemas["PayloadFieldSchema"]>>;

/** One for each condition that a search, a sweep or a writer filters by. */
const chunkIndexes: Indexes = {
  source: { type: "keyword", is_tenant: true },
  path: keyword,
  ancestors: keyword,
  type: keyword,
  language: keyword,
  subsystem: keyword,
  tags: keyword,
  kinds: keyword,
  chunk: keyword,
  hash: keyword,
  terms: { type: "keyword", on_disk: true },
  updated: number,
  born: number,
  dead: number,
};

const catalogueIndexes: Indexes = {
  kind: keyword,
  source: { type: "keyword", is_tenant: true },
  path: keyword,
  born: number,
  dead: number,
  generation: number,
};

/** Never aborted: each exchange has its own time limit. */
const unstoppable = new AbortController().signal;

/**
 * The collections of one prefix: a catalogue of files and generations, and one of chunks for each embedder
 * fingerprint. Made when first needed, never changed in shape and never dropped: an answer that isn't understood
 * is an error, and what to do about it is the operator's to say.
 */
export class Collections {
  readonly catalogue: string;
  readonly #chunks: string;
  readonly #connection: Connection;
  readonly #made = new Map<string, Promise<void>>();

  constructor(connection: Connection, prefix: string) {
    this.#connection = connection;
    this.catalogue = `${prefix}-catalogue`;
    this.#chunks = `${prefix}-chunks-`;
  }

  /** Where chunks of an embedder are. The number is the layout's: a new one is another collection. */
  nameFor(fingerprint: string, dimensions: number): string {
    const digest = createHash("sha256").update(`${fingerprint}\0${dimensions}`).digest("hex").slice(0, 20);
    return `${this.#chunks}1-${digest}`;
  }

  /** Those of chunks that the server has. */
  async existing(signal: AbortSignal): Promise<readonly string[]> {
    const { collections } = await this.#connection.read(
      "collections",
      (api, init) => api.getCollections({}, init),
      signal,
    );
    return names(collections).filter((name) => name.startsWith(this.#chunks));
  }

  /** Asks once whether the server is there and has what was made. @throws Fault that says what is wrong */
  async probe(signal: AbortSignal): Promise<void> {
    const { collections } = await this.#connection.probe(
      "collections",
      (api, init) => api.getCollections({}, init),
      signal,
    );
    const held = new Set(names(collections));
    const gone = [...this.#made.keys()].find((name) => !held.has(name));
    if (gone === undefined) return;
    throw new Fault("internal", `the Qdrant collection '${gone}' is gone: restore it, or run a full ingest`, {
      reason: "INDEX_MISSING",
    });
  }

  makeCatalogue(signal: AbortSignal): Promise<void> {
    return this.#once(this.catalogue, { vectors: {} }, catalogueIndexes, signal);
  }

  makeChunks(name: string, fingerprint: string, dimensions: number, signal: AbortSignal): Promise<void> {
    const shape: Schemas["CreateCollection"] = {
      vectors: { [dense]: { size: dimensions, distance: "Dot" } },
      sparse_vectors: { [lexical]: {} },
      on_disk_payload: true,
      metadata: { fingerprint },
    };
    return this.#once(name, shape, chunkIndexes, signal);
  }

  /** What was made before is looked at again when next needed. */
  forget(): void {
    this.#made.clear();
  }

  #once(name: string, shape: Schemas["CreateCollection"], indexes: Indexes, signal: AbortSignal): Promise<void> {
    // Several callers wait for one making, so it does not end with any of them.
    const made = this.#made.get(name) ?? this.#make(name, shape, indexes, unstoppable);
    this.#made.set(name, made);
    // A failure is not remembered: the next call tries again.
    made.catch(() => {
      if (this.#made.get(name) === made) this.#made.delete(name);
    });
    return orAborted(made, signal).catch((error: unknown) => {
      throwIfAborted(signal);
      throw error;
    });
  }

  async #make(name: string, shape: Schemas["CreateCollection"], indexes: Indexes, signal: AbortSignal): Promise<void> {
    if (!(await this.#exists(name, signal))) {
      try {
        await this.#connection.write(
          "create collection",
          (api, init) => api.createCollection({ collection_name: name, ...shape }, init),
          signal,
        );
      } catch (error) {
        // Another gateway was first, or the answer to a first attempt was lost.
        if (!(await this.#exists(name, signal))) throw error;
      }
    }
    const info = await this.#connection.read(
      "collection",
      (api, init) => api.getCollection({ collection_name: name }, init),
      signal,
    );
    const { params } = info.config ?? {};
    if (params === undefined || typeof info.payload_schema !== "object") throw malformed("collection");
    if (!sameShape(params, shape)) {
      throw new Fault(
        "precondition",
        `the Qdrant collection '${name}' has another shape than this index needs: choose another KM_QDRANT_PREFIX, or delete that collection yourself if nothing else uses it`,
        { reason: "INDEX_SHAPE" },
      );
    }
    for (const [field, schema] of Object.entries(indexes)) {
      if (Object.hasOwn(info.payload_schema, field)) continue;
      await this.#connection.write(
        "create payload index",
        (api, init) =>
          api.createFieldIndex({ collection_name: name, wait: true, field_name: field, field_schema: schema }, init),
        signal,
      );
    }
  }

  async #exists(name: string, signal: AbortSignal): Promise<boolean> {
    const { exists } = await this.#connection.read(
      "collection exists",
      (api, init) => api.collectionExists({ collection_name: name }, init),
      signal,
    );
    if (typeof exists !== "boolean") throw malformed("collection exists");
    return exists;
  }
}

function sameShape(params: Schemas["CollectionParams"], shape: Schemas["CreateCollection"]): boolean {
  const wanted = (shape.vectors ?? {}) as Record<string, Schemas["VectorParams"]>;
  const held = (params.vectors ?? {}) as Record<string, Schemas["VectorParams"] | undefined>;
  const denseAlike = Object.entries(wanted).every(([name, { size, distance }]) => {
    return held[name]?.size === size && held[name].distance === distance;
  });
  const sparse = params.sparse_vectors ?? {};
  return denseAlike && Object.keys(shape.sparse_vectors ?? {}).every((name) => Object.hasOwn(sparse, name));
}

function names(collections: unknown): string[] {
  if (!Array.isArray(collections)) throw malformed("collections");
  return collections.map((one: { name?: unknown } | null) => {
    if (typeof one?.name !== "string") throw malformed("collections");
    return one.name;
  });
}
