import { FEEDBACK, OWNERSHIP } from "../../ports/mod.ts";
import { type FeedbackStoreOptions, openFeedbackStore } from "./open-feedback-store.ts";

/** Ready to be given to the kernel. It holds nothing open, so it needs no stop. */
export const feedbackStorePlugin = {
  name: "feedback store",
  provides: FEEDBACK,
  needs: { owner: OWNERSHIP },
  config: (raw: unknown) => raw as FeedbackStoreOptions,
  async start(_needs: unknown, options: FeedbackStoreOptions, signal: AbortSignal) {
    return { value: await openFeedbackStore(options, signal) };
  },
};
