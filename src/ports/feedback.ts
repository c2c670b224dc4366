import type { Feedback } from "../domain/mod.ts";

/** Keeps what callers say of searches. */
export interface FeedbackStore {
  /** On disk when it resolves. @throws Fault `exhausted`, `precondition`, `internal` */
  add(feedback: Feedback, signal: AbortSignal): Promise<void>;
}
