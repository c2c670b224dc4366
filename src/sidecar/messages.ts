import type { FaultCode } from "../domain/mod.ts";
import type { Answer, Path } from "./answers.ts";
import type { PageChange } from "./page-changes.ts";

/** What the sidecar's thread is started with. */
export interface ThreadData {
  /** `host:port`. */
  readonly address: string;
  readonly token: string | undefined;
}

/** `admitted`: whether the request showed the token, or none is set. */
export interface Question {
  readonly id: number;
  readonly path: Path;
  readonly admitted: boolean;
}

export interface Reply {
  readonly id: number;
  readonly answer: Omit<Answer, "body"> & { readonly body: string | PageChange };
}

export type ToThread = Reply | { readonly stop: true };

export type FromThread =
  | { readonly closed: true }
  | Question
  | { readonly bound: string }
  | { readonly refused: { readonly code: FaultCode; readonly message: string; readonly reason: string } }
  | { readonly unsent: unknown };
