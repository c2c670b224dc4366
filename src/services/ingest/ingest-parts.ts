import type {
  AuditLedger,
  ChunkIndex,
  Clock,
  Coverage,
  Embedder,
  GraphStore,
  Parser,
  Random,
  Sources,
  State,
  Telemetry,
} from "../../ports/mod.ts";

/** The ports that an ingest stands on. */
export interface IngestParts {
  readonly sources: Sources;
  readonly index: ChunkIndex;
  readonly parser: Parser;
  readonly embedder: Embedder;
  readonly state: State;
  readonly ledger: AuditLedger;
  readonly telemetry: Telemetry;
  readonly clock: Clock & Random;
  /** None: the graph is off, and an ingest writes passages alone. */
  readonly graph?: GraphStore | undefined;
  /** Told of every run that ended well; none: no reports are written. */
  readonly coverage?: Pick<Coverage, "afterRun">;
}

/**
 * What a source's content is written under. A change of either part makes the next run a full one, since chunks of
 * two chunkers or vectors of two embedders are never mixed.
 */
export function fingerprintOf({ embedder, parser }: Pick<IngestParts, "embedder" | "parser">): string {
  return `${embedder.fingerprint} ${parser.version}`;
}

/** For work that must end whatever happens to the run: releasing, closing the ledger's entry. */
export const unstoppable = new AbortController().signal;
