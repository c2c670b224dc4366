/** Judges files by their names and content: language, type, secrets, refusals, subsystems. */
export { excludedBy, listedRefusal, type Refusal } from "./refusal.ts";
