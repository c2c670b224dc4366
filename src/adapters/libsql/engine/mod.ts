/** The search engine in memory: BM25F over immutable segments and an exact vector scan, both under one visibility. */
export { blankVectors } from "./blank-vectors.ts";
export { encodeSegment, type SegmentDoc } from "./encode-segment.ts";
export { type Engine, type EngineMemory, openEngine } from "./engine.ts";
export type { EngineMatches, EngineQuery, EngineRow } from "./engine-query.ts";
export { scanKernel } from "./kernel/scan-kernel.ts";
export { helpScans } from "./kernel/shared-scan.ts";
export type { ReadySegment } from "./loaded-segment.ts";
export { mergeSegments, type SegmentPart } from "./merge-segments.ts";
export type { RowState } from "./row-states.ts";
export { readSegmentHealth } from "./segment-health.ts";
export { SegmentError } from "./segment-layout.ts";
export type { ScanShare } from "./vector-memory.ts";
