import { FEEDBACK } from "../../ports/mod.ts";
import { type FeedbackStoreOptions, openFeedbackStore } from "./open-feedback-store.ts";

/** Ready to be given to the kernel. It holds nothing open, so it needs no stop. */
export const feedbackStorePlugin = {
  name: "feedback store",
  provides: FEEDBACK,
  needs: {},
  config: (raw: unknown) => raw as FeedbackStoreOptions,
  async start(_needs: Readonly<Record<never, never>>, options: FeedbackStoreOptions, signal: AbortSignal) {
    return { value: await openFeedbackStore(options, signal) };
  },
};
