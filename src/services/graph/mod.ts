/** Serves GraphService: for now every call says that the graph is not built yet. */
export { graphServicePlugin } from "./plugin.ts";
export { graphService, notBuilt } from "./service.ts";
