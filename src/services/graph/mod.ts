/** Answers what relates to what: nodes, neighbourhoods, paths, what a change reaches, subsystems and orphans. */
export { graphCypherServicePlugin, graphServicePlugin } from "./plugin.ts";
export type { GraphPorts } from "./reading.ts";
export { type GraphHandlers, graphHandlers, graphService } from "./service.ts";
