import {
  type At,
  chooseRevisions,
  Fault,
  invalid,
  openPage,
  type PageScope,
  type Principal,
  type Revision,
  revisionsOfPage,
  sealPage,
} from "../../domain/mod.ts";
import type { AuditLedger, GraphStore, Sources, State, Telemetry } from "../../ports/mod.ts";
import type { Asked, AskedPage } from "./asks/ask.ts";
import { UnitedGraph } from "./united-graph.ts";

/** What the service stands on. */
export interface GraphPorts {
  readonly store: GraphStore;
  readonly state: State;
  readonly sources: Sources;
  readonly telemetry: Telemetry;
  /** For statements of callers' own; without it none is taken. */
  readonly ledger?: AuditLedger;
}

/** Who asks, by which method. */
export interface Caller {
  readonly method: string;
  readonly principal: Principal;
  readonly signal: AbortSignal;
}

/** Where a question reads, and from which position on. */
export interface Reading {
  readonly graph: UnitedGraph;
  readonly revisions: readonly Revision[];
  readonly offset: number;
  /** The token of the page that starts there; "" for none. */
  next(offset: number | undefined): Promise<string>;
}

interface Packed {
  readonly g: readonly (readonly [string, number])[];
  readonly o: number;
}

/** Opens what the caller may see of the sources asked for; none asked for: all. */
export async function openReading(
  ports: GraphPorts,
  caller: Caller,
  ask: Asked | AskedPage,
  asked: readonly string[] = [],
): Promise<Reading> {
  const { revisions: held, pageKey } = ports.state;
  const { method, principal } = caller;
  const paged = "pageToken" in ask ? ask : undefined;
  const scope: PageScope = { method, args: paged?.pageArgs, principal: principal.tokenId };
  let revisions: readonly Revision[];
  let offset = 0;
  if (paged !== undefined && paged.pageToken !== "") {
    const { g, o } = (await openPage(pageKey, scope, paged.pageToken)) as Packed;
    if (!Array.isArray(g) || !Number.isSafeInteger(o) || o < 0) {
      throw invalid("page_token", "not one of this request; leave it empty to start at the first page");
    }
    const at = g.map(([source, generation]): At => ({ source, generation }));
    revisions = revisionsOfPage(at, principal, (one) => held.readable(one));
    offset = o;
  } else {
    const configured = ports.sources.all().map(({ name }) => name);
    revisions = chooseRevisions(asked, ask.minGeneration, principal, held.served(), configured).revisions;
  }
  const at = revisions.map(({ source, generation }): At => ({ source, generation }));
  return {
    graph: new UnitedGraph(ports.store, at, caller.signal),
    revisions,
    offset,
    async next(from) {
      if (from === undefined) return "";
      const packed: Packed = { g: at.map(({ source, generation }) => [source, generation]), o: from };
      return sealPage(pageKey, scope, packed);
    },
  };
}

/** What isn't there and what may not be seen get the same answer. */
export function noNode(nodeId: string): Fault {
  return new Fault("not-found", `no node '${nodeId}'; SearchNodes finds nodes by their names`, {
    reason: "NODE_NOT_FOUND",
    metadata: { node_id: nodeId },
  });
}
