/** Keeps the index in step with its sources, and serves IngestService. */
export { type CoverageParts, openCoverage, recoverCoverage, type StoppableCoverage } from "./coverage/open-coverage.ts";
export { coveragePlugin } from "./coverage/plugin.ts";
export type { IngestParts } from "./ingest-parts.ts";
export type { IngestSettings } from "./ingest-settings.ts";
export { openIngester, type StoppableIngester } from "./ingester.ts";
export { ingesterPlugin, ingestServicePlugin } from "./plugins.ts";
export { recover } from "./recover.ts";
export { ingestService, type ServiceParts } from "./service.ts";
