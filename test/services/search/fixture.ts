import type { CallContext } from "nice-grpc-common";
import { Metadata } from "nice-grpc-common";
import {
  type DeepPartial,
  GetArtifactRequest,
  GetArtifactResponse,
  SearchRequest,
  SearchResponse,
} from "../../../gen/knowledge/v1/search_service.ts";
import { manualClock, memoryChunkIndex, memoryState } from "../../../src/adapters/memory/mod.ts";
import type { Chunk, FileRecord, Principal, Revision, SymbolKind } from "../../../src/domain/mod.ts";
import { Fault, insider } from "../../../src/domain/mod.ts";
import { termsOf } from "../../../src/domain/text/mod.ts";
import type { CallExtension, Embedder, Log, Telemetry } from "../../../src/ports/mod.ts";
import { type SearchHandlers, type SearchPorts, searchHandlers } from "../../../src/services/search/mod.ts";
import { putChunks, type WritableChunk } from "../../support/put-chunks.ts";

export const never = new AbortController().signal;

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };

export interface Counted {
  readonly telemetry: Telemetry;
  /** "name{labels}" of everything added or observed. */
  readonly seen: string[];
}

export function countingTelemetry(): Counted {
  const seen: string[] = [];
  const note = (name: string, labels: object) => void seen.push(`${name}${JSON.stringify(labels)}`);
  return {
    seen,
    telemetry: {
      log: silent,
      meter: { add: note, set: note, observe: note },
      tracer: { span: (_name, _fields, work) => work({ attribute() {} }) },
    },
  };
}

/** Words hashed into 16 numbers: texts that share words are near. */
export function wordEmbedder(): Embedder {
  return {
    fingerprint: "words-16",
    dimensions: 16,
    async embed(texts) {
      return texts.map((text) => {
        const vector = new Float32Array(16);
        for (const term of termsOf(text).keys()) {
          let hash = 7;
          for (const character of term) hash = (hash * 31 + character.charCodeAt(0)) % 9_973;
          vector[hash % 16] = (vector[hash % 16] as number) + 1;
        }
        const length = Math.hypot(...vector);
        return length === 0 ? vector : vector.map((value) => value / length);
      });
    },
    async ready() {},
    async close() {},
  };
}

export interface Sample {
  readonly path: string;
  /** One text a chunk; each ends in a line break. */
  readonly texts: readonly string[];
  readonly defines?: readonly (readonly string[])[];
  readonly kind?: SymbolKind;
  readonly facts?: Partial<FileRecord>;
}

export function fileOf(sample: Sample): { file: FileRecord; chunks: Chunk[] } {
  let line = 1;
  const chunks = sample.texts.map((text, at): Chunk => {
    const height = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    const lines = { start: line, end: line + height - 1 };
    line += height;
    const [name] = sample.defines?.[at] ?? [];
    const kind = sample.kind ?? "function";
    return {
      chunkId: idOf(`${sample.path}#${at}`),
      textHash: idOf(text),
      lines,
      text,
      symbol: name === undefined ? undefined : { name, qualifiedName: name, kind, lines },
      defines: sample.defines?.[at] ?? [],
      kinds: name === undefined ? [] : [kind],
      context: "",
      doc: "",
    };
  });
  const file: FileRecord = {
    path: sample.path,
    contentId: `sha1:${sample.path}`,
    artifactType: "code",
    language: "typescript",
    subsystem: "",
    tags: [],
    commit: "c0ffee",
    updatedAt: 1_700_000_000_000,
    coverageClass: "indexed",
    reason: "",
    size: 1,
    lines: line - 1,
    linesIndexed: line - 1,
    notIndexed: [],
    redacted: [],
    chunks: chunks.length,
    ...sample.facts,
  };
  return { file, chunks };
}

function idOf(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const character of text) {
    a = Math.imul(a ^ (character.codePointAt(0) as number), 0x01000193) >>> 0;
    b = Math.imul(b ^ a, 0x85ebca6b) >>> 0;
  }
  const hex = (value: number) => value.toString(16).padStart(8, "0");
  return hex(a) + hex(b) + hex(a ^ b) + hex(Math.imul(a, 31) >>> 0);
}

export interface Bench {
  readonly ports: SearchPorts;
  readonly handlers: SearchHandlers;
  readonly seen: string[];
  readonly clock: ReturnType<typeof manualClock>;
  /** Indexes files as the source's next generation and serves it. */
  index(source: string, samples: readonly Sample[]): Promise<Revision>;
  search(request: DeepPartial<SearchRequest>, principal?: Principal): Promise<SearchResponse>;
  artifact(request: DeepPartial<GetArtifactRequest>, principal?: Principal): Promise<GetArtifactResponse>;
}

/** The service on memory adapters, with the configured sources `a` and `b`. */
export function bench(): Bench {
  const clock = manualClock();
  const index = memoryChunkIndex();
  const embedder = wordEmbedder();
  const state = memoryState(clock);
  const { telemetry, seen } = countingTelemetry();
  const names = ["a", "b"];
  const sources: SearchPorts["sources"] = {
    all: () => names.map((name) => ({ name }) as ReturnType<SearchPorts["sources"]["all"]>[number]),
    get: () => undefined,
  };
  const ports: SearchPorts = { index, embedder, state, sources, telemetry, clock };
  const handlers = searchHandlers(ports);

  return {
    ports,
    handlers,
    seen,
    clock,
    async index(source, samples) {
      const before = state.revisions.served().find((revision) => revision.source === source);
      const generation = Math.max((before?.generation ?? 0) + 1, clock.now());
      const writer = await index.begin(source, 0, generation, embedder.fingerprint, never);
      for (const sample of samples) {
        const { file, chunks } = fileOf({ ...sample, path: sample.path });
        const vectors = await embedder.embed(
          chunks.map(({ text }) => text),
          "passage",
          never,
        );
        const written = chunks.map(
          (chunk, at): WritableChunk => ({
            ...chunk,
            chunkId: idOf(`${source}:${chunk.chunkId}`),
            vector: vectors[at],
          }),
        );
        const symbols = chunks.flatMap(({ symbol }) => symbol ?? []);
        await putChunks(writer, file, written, symbols, never);
      }
      const { files, chunks } = await writer.commit(never);
      const revision: Revision = {
        source,
        generation,
        commit: "c0ffee",
        indexedAt: clock.now(),
        dirty: false,
        fingerprint: embedder.fingerprint,
        configuration: "",
        files,
        chunks,
      };
      const lease = await state.leases.acquire(`ingest:${source}`, "run", 60_000, never);
      if ("heldBy" in lease) throw new Error("the lease is held");
      await state.revisions.flip(revision, { runId: `run-${generation}`, source } as never, lease, never);
      await state.leases.release(lease);
      return revision;
    },
    async search(request, principal) {
      const answer = await handlers.search(SearchRequest.fromPartial(request), context(principal));
      // Through the wire and back, so that what a client would see is what is tested.
      return SearchResponse.decode(SearchResponse.encode(SearchResponse.fromPartial(answer)).finish());
    },
    async artifact(request, principal) {
      const answer = await handlers.getArtifact(GetArtifactRequest.fromPartial(request), context(principal));
      return GetArtifactResponse.decode(GetArtifactResponse.encode(GetArtifactResponse.fromPartial(answer)).finish());
    },
  };
}

export const anyone = insider("command");

export function context(principal: Principal = anyone, signal: AbortSignal = never): CallContext & CallExtension {
  return {
    metadata: new Metadata(),
    peer: "127.0.0.1:1",
    header: new Metadata(),
    trailer: new Metadata(),
    sendHeader() {},
    signal,
    principal,
    requestId: "r-1",
    log: silent,
  };
}

/** The fault that `work` ends with. @throws when it ends well, or otherwise. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("no fault");
}
