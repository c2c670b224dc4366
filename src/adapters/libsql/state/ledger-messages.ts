import type { ChainedRow, Head } from "./ledger-chain.ts";
import type { SqlValue } from "./statement.ts";

export interface LedgerWorkerData {
  /** `file:…`, or a libSQL server's. */
  /** As an operator knows it. */
  readonly store: string;
  readonly url: string;
  readonly authToken: string | undefined;
  /** Whether other gateways append to it too. */
  readonly shared: boolean;
  /** Folder of head file and lock. */
  readonly folder: string;
  readonly keyFile: string;
  /** Tells this process from others that had its number. */
  readonly origin: number;
}

export type LedgerRequest =
  /** Migrates and compares the ends. */
  | { readonly op: "open" }
  | { readonly op: "append"; readonly row: Omit<ChainedRow, "sequence"> }
  | { readonly op: "query"; readonly sql: string; readonly args: readonly SqlValue[] }
  | { readonly op: "check"; readonly slice: VerifySlice }
  | { readonly op: "append-all"; readonly rows: readonly Omit<ChainedRow, "sequence">[] }
  | { readonly op: "ends" }
  | { readonly op: "place-before"; readonly sequence: number }
  | { readonly op: "prunable"; readonly before: number }
  | { readonly op: "delete"; readonly to: number };

/** Found at the open; undefined when all is well. */
export interface LedgerTrouble {
  readonly sequence: number;
  readonly problem: string;
}

export interface Appended extends Head {
  readonly previousHash: string;
}

export interface VerifySlice {
  /** The entry before the slice. */
  readonly after: Head;
  readonly to: number;
}

export interface SliceResult {
  readonly checked: number;
  readonly last: Head;
  readonly trouble: LedgerTrouble | undefined;
  readonly done: boolean;
}

export interface Ends {
  /** What the first entry that counts follows: the newest retention checkpoint's end, or the beginning. */
  readonly base: Head;
  readonly stored: Head;
  readonly trouble: LedgerTrouble | undefined;
}

/** What retention would delete: up to and including `to`. */
export interface Prunable {
  readonly from: number;
  readonly to: Head;
  readonly entries: number;
}
