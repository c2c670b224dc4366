import { Metadata, Status } from "nice-grpc-common";
import { NodeKind } from "../../gen/knowledge/v1/graph_service.ts";
import { type Clients, openClients } from "../../src/cli/clients.ts";
import { readSlowly } from "./slow-reader.ts";
import type { Kind, Tally } from "./tally.ts";

/** What the callers of a run need: where to call, with which tokens, how to count, and when to end. */
export interface Load {
  readonly address: string;
  readonly tokens: {
    readonly readers: readonly string[];
    readonly maintainer: string;
    readonly limited: string;
    readonly throttled: string;
    readonly expired: string;
  };
  /** The source whose generations are switched, and the one that a limited token sees. */
  readonly sources: { readonly growing: string; readonly still: string };
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** 0 to 1; the run prints its seed. */
  readonly random: () => number;
}

const kind = (name: string, ...expected: Status[]): Kind => ({ name, expected: new Set(expected) });

const search = kind("search", Status.OK);
const limitedSearch = kind("search, limited token", Status.OK);
const throttledSearch = kind("search, small quota", Status.OK, Status.RESOURCE_EXHAUSTED);
/** What was listed a moment ago may be gone with a switch. */
const graph = kind("graph", Status.OK, Status.NOT_FOUND);
const artifact = kind("artifact", Status.OK, Status.NOT_FOUND);
const cancelled = kind("cancelled search", Status.OK, Status.CANCELLED);
const hurried = kind("search of 2 ms", Status.OK, Status.DEADLINE_EXCEEDED);
const slowReader = kind("slow reader", Status.OK, Status.CANCELLED);
/** An address that shows many wrong tokens is refused for a while. */
const wrongToken = kind("wrong token", Status.UNAUTHENTICATED, Status.RESOURCE_EXHAUSTED);
const expiredToken = kind("expired token", Status.UNAUTHENTICATED, Status.RESOURCE_EXHAUSTED);
const newcomer = kind("new connection", Status.OK);
const listing = kind("listing", Status.OK);

const questions = [
  "where is the lease kept",
  "bearer token parsing",
  "openGateway",
  "how does a generation switch",
  "retry after quota",
  "page token",
  "write a ledger entry",
  "chunk a markdown file at headings",
  "event loop delay metric",
  "KM_STATE_PATH",
  "what drains first",
  "worker dies",
  "grown in commit",
  "soak",
];

/** Starts every caller; the promise ends when the signal has told all of them to. */
export async function callAround(load: Load): Promise<void> {
  const clients = load.tokens.readers.map((token) => openClients(load.address, token));
  const maintainer = openClients(load.address, load.tokens.maintainer);
  const limited = openClients(load.address, load.tokens.limited);
  const throttled = openClients(load.address, load.tokens.throttled);
  const expired = openClients(load.address, load.tokens.expired);
  const open = [...clients, maintainer, limited, throttled, expired];
  try {
    await Promise.all([
      ...clients.flatMap((one) => [searcher(load, one), searcher(load, one), walker(load, one)]),
      leaver(load, clients[0]!),
      leaver(load, clients[1]!),
      hurry(load, clients[2]!),
      again(load, 150, () => load.tally.call(limitedSearch, () => onlyStill(load, limited))),
      again(load, 100, () => load.tally.call(throttledSearch, () => throttled.search.search({ query: ask(load) }))),
      again(load, 700, () => load.tally.call(wrongToken, () => withToken(load, wrongText(load)))),
      again(load, 900, () => load.tally.call(expiredToken, () => expired.search.search({ query: "x" }))),
      again(load, 400, () => load.tally.call(newcomer, () => withToken(load, load.tokens.readers[0]))),
      again(load, 1_000, () => load.tally.call(listing, () => lists(maintainer))),
      slowReading(load),
      slowReading(load),
      tailing(load, maintainer),
    ]);
  } finally {
    for (const one of open) one.close();
  }
}

const ask = (load: Load) => questions[Math.floor(load.random() * questions.length)]!;

/** Searches at an agent's pace, and fetches what a hit is from. */
function searcher(load: Load, { search: client }: Clients): Promise<void> {
  return again(load, 150, async () => {
    const explain = load.random() < 0.2;
    const found = await load.tally.call(search, () => client.search({ query: ask(load), explain }));
    const hit = found?.hits[0]?.artifact;
    if (hit === undefined || load.random() > 0.3) return;
    const { source, path } = hit;
    await load.tally.call(artifact, () => client.getArtifact({ source, path }));
  });
}

/** Finds a node, looks around it and asks what stands on it. */
function walker(load: Load, { graph: client }: Clients): Promise<void> {
  return again(load, 400, async () => {
    const found = await load.tally.call(graph, () =>
      client.searchNodes({ query: ask(load).split(" ").at(-1)!, kinds: [NodeKind.NODE_KIND_SYMBOL], pageSize: 5 }),
    );
    const nodeId = found?.nodes[0]?.nodeId;
    if (nodeId === undefined) return;
    await load.tally.call(graph, () => client.getNode({ nodeId }));
    await load.tally.call(graph, () => client.traverse({ nodeIds: [nodeId], maxDepth: 2, maxNodes: 200 }));
    await load.tally.call(graph, () =>
      client.analyzeImpact({ target: { $case: "nodeId", value: nodeId }, maxDepth: 2 }),
    );
  });
}

/** Asks and leaves before the answer, sooner or later. */
function leaver(load: Load, { search: client }: Clients): Promise<void> {
  return again(load, 150, async () => {
    const left = new AbortController();
    const timer = setTimeout(() => left.abort(), load.random() * 15);
    await load.tally.call(cancelled, () => client.search({ query: ask(load) }, { signal: left.signal }));
    clearTimeout(timer);
  });
}

function hurry(load: Load, { search: client }: Clients): Promise<void> {
  return again(load, 300, () =>
    load.tally.call(hurried, () => client.search({ query: ask(load) }, { metadata: deadlineOf(load, 2) })),
  );
}

/** As a client with a deadline sends it. */
function deadlineOf(load: Load, ms: number) {
  return Metadata({ authorization: `Bearer ${load.tokens.readers[2]}`, "grpc-timeout": `${ms}m` });
}

/** Exports the ledger a kilobyte at a time. */
function slowReading(load: Load): Promise<void> {
  return again(load, 500, () =>
    load.tally.call(slowReader, () => readSlowly(load.address, load.tokens.maintainer, load.signal)),
  );
}

/** Follows the ledger for some seconds, over and over. */
function tailing(load: Load, { audit }: Clients): Promise<void> {
  return again(load, 200, () =>
    load.tally.call(slowReader, async () => {
      const left = AbortSignal.any([load.signal, AbortSignal.timeout(8_000)]);
      for await (const _ of audit.watchEntries({}, { signal: left })) await pause(500, load.signal);
    }),
  );
}

async function onlyStill(load: Load, { search: client }: Clients): Promise<void> {
  const { hits } = await client.search({ query: ask(load) });
  const foreign = hits.find(({ artifact: of }) => of?.source !== load.sources.still);
  if (foreign !== undefined) throw new Error(`a limited token saw ${foreign.artifact?.source}`);
}

/** A connection of its own for one call. */
async function withToken(load: Load, token: string | undefined): Promise<void> {
  const clients = openClients(load.address, token);
  try {
    await clients.ingest.listSources({});
  } finally {
    clients.close();
  }
}

function wrongText(load: Load): string | undefined {
  const tail = load.tokens.readers[0]!.slice(17);
  return [undefined, "x", `kg_${"a".repeat(12)}_${tail}`, load.tokens.readers[1]!.slice(0, -1)][
    Math.floor(load.random() * 4)
  ];
}

async function lists({ ingest, audit }: Clients): Promise<void> {
  await ingest.listSources({});
  await ingest.listIngestRuns({ pageSize: 20 });
  await audit.listEntries({ pageSize: 50 });
}

/** Until the run ends, with pauses of `ms` on average. */
async function again(load: Load, ms: number, work: () => Promise<unknown>): Promise<void> {
  while (!load.signal.aborted) {
    await work();
    await pause(ms * (0.5 + load.random()), load.signal);
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
