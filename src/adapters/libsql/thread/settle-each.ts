import type { Fault } from "../../../domain/mod.ts";
import { type FaultMessage, fromMessage } from "./messages.ts";

/** Somebody who waits for one part of a batch. */
export interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Settles each part of a batch as the thread answered for it: the faults by place, none for what went well. */
export function settleEach(
  waiting: readonly Waiting[],
  sent: Promise<readonly (readonly [at: number, fault: FaultMessage])[]>,
  failed: (fault: Fault) => void,
): void {
  sent.then(
    (answer) => {
      const faults = new Map(answer);
      for (const [at, { resolve, reject }] of waiting.entries()) {
        const message = faults.get(at);
        if (message === undefined) {
          resolve();
          continue;
        }
        const fault = fromMessage(message);
        failed(fault);
        reject(fault);
      }
    },
    (error: unknown) => {
      for (const { reject } of waiting) reject(error);
    },
  );
}
