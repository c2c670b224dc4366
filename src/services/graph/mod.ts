/** Answers what relates to what: nodes, neighbourhoods, paths, what a change reaches, subsystems and orphans. */
export { graphServicePlugin } from "./plugin.ts";
export type { GraphPorts } from "./reading.ts";
export { type GraphHandlers, graphHandlers, graphService, notBuilt } from "./service.ts";
