/** Starts programs at a cost that does not grow with this process. */
export type { Child, Command } from "./child.ts";
export { start } from "./start.ts";
