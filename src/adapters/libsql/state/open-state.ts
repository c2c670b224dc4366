import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Clock, Meter, Random, State } from "../../../ports/mod.ts";
import { countedDatabase } from "./counted-database.ts";
import { openDatabase } from "./database.ts";
import { jobStore } from "./job-store.ts";
import { leases } from "./leases.ts";
import { migrate } from "./migrate.ts";
import { revisions } from "./revisions.ts";
import { schedules } from "./schedules.ts";
import { makeStateFolder } from "./state-folder.ts";
import { stateMigrations } from "./state-migrations.ts";
import { sql } from "./statement.ts";
import { tokenRecords } from "./token-records.ts";

export interface StateOptions {
  /** The state directory; job state is `state.db` in it. */
  readonly statePath: string;
  /** Where job state is instead, for gateways that share it: a libSQL server's URL, or a `file:` one. */
  readonly url?: string | undefined;
  /** What that server wants as bearer token. */
  readonly token?: string | undefined;
  /** How long a superseded generation stays readable, ms. Default 600,000. */
  readonly generationGraceMs?: number;
}

export interface OpenState extends State {
  /** Answers when the store does. @throws Fault as the store's. */
  ready(signal: AbortSignal): Promise<void>;
  /** Rereads what another gateway on the same state may have flipped. */
  refresh(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Bytes of the page-token key: as many as HMAC-SHA-256 gives back. */
const pageKeyBytes = 32;

/**
 * Opens job state, making or migrating it first.
 * @param meter counts what its stores ask of the database; undefined: nothing does
 * @throws Fault `precondition` (not writable, newer version), `unavailable` (locked), `internal` (damaged).
 */
export async function openState(
  options: StateOptions,
  clock: Clock & Random,
  signal: AbortSignal,
  meter?: Meter,
): Promise<OpenState> {
  const { statePath, generationGraceMs = 600_000 } = options;
  const name = options.url === undefined ? "job state (state.db)" : "job state (KM_STATE_URL)";
  const url = options.url ?? pathToFileURL(join(makeStateFolder(statePath), "state.db")).href;
  const database = openDatabase({ url, authToken: options.token }, name);
  const of = (store: string) => (meter === undefined ? database : countedDatabase(database, store, meter));
  try {
    await migrate(database, { store: name, table: "guard" }, stateMigrations, signal);
    const fresh = Array.from(clock.bytes(pageKeyBytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const [, kept] = await database.batch(
      "write",
      [
        sql("INSERT INTO secret (name, value) VALUES ('page-key', ?) ON CONFLICT (name) DO NOTHING", fresh),
        sql("SELECT value FROM secret WHERE name = 'page-key'"),
      ],
      signal,
    );
    const hex = String(kept?.[0]?.["value"]);
    const polled = await revisions(of("revisions"), clock, generationGraceMs, signal);
    return {
      jobs: jobStore(of("jobs"), clock),
      revisions: polled,
      leases: leases(of("leases"), clock),
      schedules: schedules(of("schedules")),
      tokens: tokenRecords(of("tokens")),
      pageKey: Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
      refresh: (refreshSignal) => polled.refresh(refreshSignal),
      async ready(readySignal) {
        await of("state").batch("read", [sql("SELECT 1 AS one")], readySignal);
      },
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
