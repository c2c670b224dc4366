/** Keeps coverage reports and feedback as files under the state directory. */
export { coverageStorePlugin } from "./coverage-store-plugin.ts";
export { feedbackStorePlugin } from "./feedback-store-plugin.ts";
export { type CoverageStoreOptions, openCoverageStore } from "./open-coverage-store.ts";
export { type FeedbackStoreOptions, openFeedbackStore } from "./open-feedback-store.ts";
export { readFeedback } from "./read-feedback.ts";
