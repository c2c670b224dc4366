import { createHash } from "node:crypto";
import {
  type ManualClock,
  manualClock,
  memoryAuditLedger,
  memoryChunkIndex,
  memoryCoverageStore,
  memoryState,
} from "../../../src/adapters/memory/mod.ts";
import { identifyChunks } from "../../../src/adapters/tree-sitter/identify-chunks.ts";
import { noGraphFacts, packFacts } from "../../../src/domain/graph/mod.ts";
import {
  type AuditEntry,
  Fault,
  type FileRecord,
  type IngestRun,
  insider,
  type ParsedChunk,
  packChunks,
  throwIfAborted,
} from "../../../src/domain/mod.ts";
import type {
  Asker,
  AuditLedger,
  ChunkIndex,
  Embedder,
  IngestOrder,
  ListedFile,
  Log,
  Parser,
  Scheduler,
  Source,
  Telemetry,
} from "../../../src/ports/mod.ts";
import {
  type CoverageParts,
  type IngestParts,
  type IngestSettings,
  openCoverage,
  openIngester,
  type StoppableCoverage,
  type StoppableIngester,
} from "../../../src/services/ingest/mod.ts";

export const never = new AbortController().signal;

/** Something that happens when the test says so. */
export function gate<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A tree of files in memory, each commit of which counts. */
export interface FakeSource extends Source {
  readonly files: Map<string, string>;
  /** What a read does instead, by path. */
  readonly onRead: Map<string, (signal: AbortSignal) => Promise<Uint8Array>>;
  commit: string;
  dirty: boolean;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

function blobId(text: string): string {
  const bytes = bytesOf(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

export function fakeSource(name: string, files: Readonly<Record<string, string>>): FakeSource {
  const source: FakeSource = {
    name,
    files: new Map(Object.entries(files)),
    onRead: new Map(),
    commit: "c1",
    dirty: false,
    async list(_since, signal) {
      throwIfAborted(signal);
      const listed = [...source.files].map(
        ([path, text]): ListedFile => ({
          path,
          contentId: blobId(text),
          kind: "file",
          size: bytesOf(text).length,
          commit: source.commit,
          updatedAt: 1,
          refusal: "",
        }),
      );
      const head = { commit: source.commit, dirty: source.dirty };
      return { head, files: listed.sort((a, b) => (a.path < b.path ? -1 : 1)), warnings: [] };
    },
    async head(signal) {
      throwIfAborted(signal);
      return { commit: source.commit, dirty: source.dirty };
    },
    async commitsSince(commit) {
      return commit === source.commit ? 0 : 1;
    },
    async read(path, _max, signal) {
      throwIfAborted(signal);
      const instead = source.onRead.get(path);
      if (instead !== undefined) return instead(signal);
      const text = source.files.get(path);
      if (text === undefined) throw new Fault("not-found", `${path} vanished`);
      return bytesOf(text);
    },
  };
  return source;
}

/** Cuts at blank lines; files that begin with NUL are binary. */
export function paragraphParser(version = "p1"): Parser {
  return {
    version,
    async parse({ source, path, bytes }, signal) {
      throwIfAborted(signal);
      if (bytes[0] === 0) return { skipped: true, reason: "BINARY", lines: 0 };
      const text = new TextDecoder().decode(bytes);
      const chunks: ParsedChunk[] = [];
      let line = 1;
      for (const part of text.split(/(?<=\n\n)/)) {
        if (part === "") continue;
        const end = line + part.split("\n").length - 1 - (part.endsWith("\n") ? 1 : 0);
        chunks.push({
          lines: { start: line, end },
          text: part,
          symbol: undefined,
          defines: [],
          kinds: [],
          context: path.endsWith(".md") ? "doc" : "",
          doc: "",
        });
        line = end + 1;
      }
      const language = path.endsWith(".ts") ? "typescript" : "";
      const partial = text.includes("BROKEN") ? "PARSE_ERROR" : "";
      return {
        skipped: false,
        language,
        lines: line - 1,
        chunks: packChunks(identifyChunks(source, path, chunks), []),
        notIndexed: [],
        redacted: [],
        partialReason: partial,
        graph: packFacts(noGraphFacts),
      };
    },
    async close() {},
  };
}

export interface CountingEmbedder extends Embedder {
  readonly texts: string[];
}

export function countingEmbedder(fingerprint = "e1"): CountingEmbedder {
  const texts: string[] = [];
  return {
    fingerprint,
    dimensions: 4,
    texts,
    async embed(some, _kind, signal) {
      throwIfAborted(signal);
      texts.push(...some);
      return some.map((text) => {
        const at = createHash("sha1").update(text).digest()[0]! % 4;
        return Float32Array.from({ length: 4 }, (_, i) => (i === at ? 1 : 0));
      });
    },
    async ready() {},
    async close() {},
  };
}

/** Counters by name and labels; lines of the log. */
export interface Recorded extends Telemetry {
  readonly counted: Map<string, number>;
  readonly lines: { readonly level: string; readonly message: string; readonly fields: Record<string, unknown> }[];
}

export function recorded(): Recorded {
  const counted = new Map<string, number>();
  const lines: Recorded["lines"] = [];
  const key = (name: string, labels: object) => `${name} ${Object.values(labels).join(" ")}`;
  const logWith = (bound: object): Log => {
    const at = (level: string) => (fields: object, message: string) => {
      lines.push({ level, message, fields: { ...bound, ...fields } });
    };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      with: (fields) => logWith({ ...bound, ...fields }),
    };
  };
  return {
    counted,
    lines,
    log: logWith({}),
    meter: {
      add: (name, labels, by = 1) => void counted.set(key(name, labels), (counted.get(key(name, labels)) ?? 0) + by),
      set: (name, labels, value) => void counted.set(key(name, labels), value),
      observe: (name, labels) => void counted.set(key(name, labels), (counted.get(key(name, labels)) ?? 0) + 1),
    },
    tracer: { span: (_name, _fields, work) => work({ attribute() {} }) },
  };
}

/** Nothing is scheduled. */
async function noSchedule(): Promise<never> {
  throw new Fault("not-found", "no schedule");
}

export interface Bench extends IngestParts {
  readonly scheduler: Scheduler;
  readonly clock: ManualClock;
  readonly telemetry: Recorded;
  readonly ingester: StoppableIngester;
  readonly store: CoverageParts["store"];
  readonly coverage: StoppableCoverage;
  /** Another ingester on the same parts, as after a restart, with other settings or ports. */
  restarted(settings?: Partial<IngestSettings>, parts?: Partial<IngestParts>): Bench;
}

const defaults: IngestSettings = { dryRun: false, maxFileBytes: 100_000, embedderChange: "rebuild", onStart: "off" };

export function bench(
  sources: readonly Source[],
  over: Partial<IngestParts & CoverageParts> = {},
  settings: Partial<IngestSettings> = {},
): Bench {
  const clock = manualClock();
  const parts = {
    sources: { all: () => sources, get: (name: string) => sources.find((source) => source.name === name) },
    index: memoryChunkIndex(),
    parser: paragraphParser(),
    embedder: countingEmbedder(),
    state: memoryState(clock),
    ledger: memoryAuditLedger(clock),
    telemetry: recorded(),
    clock,
    store: memoryCoverageStore(),
    ...over,
  };
  const made = (settled: Partial<IngestSettings>, changed: Partial<IngestParts>): Bench => {
    const all = { ...parts, ...changed } as IngestParts & CoverageParts & { clock: ManualClock; telemetry: Recorded };
    const coverage = openCoverage(all);
    return {
      ...all,
      coverage,
      scheduler: { list: async () => [], trigger: noSchedule, pause: noSchedule, resume: noSchedule },
      ingester: openIngester({ ...all, coverage }, { ...defaults, ...settled }),
      restarted: (next = {}, more = {}) => made({ ...settled, ...next }, { ...changed, ...more }),
    };
  };
  return made(settings, {});
}

/** Who asks for what is not a run. */
export const asker: Asker = {
  actor: { tokenId: "t9", name: "ann", scope: "maintainer", peer: "10.0.0.9" },
  requestId: "request-9",
};

export function order(sources: readonly string[], change: Partial<IngestOrder> = {}): IngestOrder {
  const { tokenId, name, scope, peer } = insider("command");
  return {
    sources,
    mode: "incremental",
    dryRun: false,
    trigger: "rpc",
    actor: { tokenId, name, scope, peer },
    requestId: "request-1",
    reason: "",
    ...change,
  };
}

/** Runs one ingest to its end. */
export async function ingest(at: Bench, source: string, change: Partial<IngestOrder> = {}): Promise<IngestRun> {
  const [run] = await at.ingester.start(order([source], change), never);
  return at.ingester.ended(run!.runId, never);
}

export interface Listed {
  readonly file: Omit<FileRecord, "commit" | "updatedAt">;
  readonly chunks: readonly { readonly id: string; readonly text: string; readonly lines: string }[];
}

/** Everything that is served of a source: what full and incremental runs must agree on. */
export async function listing(at: { index: ChunkIndex; state: IngestParts["state"] }, source: string) {
  const revision = at.state.revisions.served().find((served) => served.source === source);
  if (revision === undefined) return [];
  const spot = { source, generation: revision.generation };
  const files = await at.index.files(spot, "", 10_000, never);
  const listed: Listed[] = [];
  for (const { commit: _, updatedAt: __, ...file } of files) {
    const stored = await at.index.file(spot, file.path, never);
    const chunks = stored!.chunks.map(({ chunkId, text, lines }) => ({
      id: chunkId,
      text,
      lines: `${lines.start}-${lines.end}`,
    }));
    listed.push({ file, chunks });
  }
  return listed;
}

/** Outcomes of the ledger's entries, oldest first. */
export async function outcomes(ledger: AuditLedger): Promise<readonly string[]> {
  return (await entries(ledger)).map(({ outcome }) => outcome);
}

export async function entries(ledger: AuditLedger): Promise<readonly AuditEntry[]> {
  const filter = { kinds: [], outcomes: [], actor: "", source: "", runId: "", since: 0, until: 0, visible: undefined };
  return (await ledger.list(filter, 0, 1_000, never)).toReversed();
}
