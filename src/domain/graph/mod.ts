/** What the knowledge graph consists of, and how what files say becomes its nodes and edges. */

export { affectedFiles, type MentionSource } from "./affected-files.ts";
export { mostCandidates } from "./candidates.ts";
export { decidesOthers } from "./decides-others.ts";
export * from "./edge-union.ts";
export { FactChanges } from "./fact-changes.ts";
export { factNames, placeWords } from "./fact-names.ts";
export { type FactSource, Lookups } from "./fact-source.ts";
export * from "./facts.ts";
export { type Standing, standingOf } from "./file-node.ts";
export { definitionId } from "./file-view.ts";
export { type Ground, type PartOfSource, type Placing, Settings } from "./ground.ts";
export type { FileToLink } from "./link-context.ts";
export { type Linked, linkFiles, linkSource } from "./link-files.ts";
export * from "./name-words.ts";
export * from "./node.ts";
export * from "./orphan.ts";
export * from "./packed-facts.ts";
export { PathIndex } from "./path-index.ts";
export { type UsedVersions, usedVersions } from "./used-versions.ts";
export * from "./walk.ts";
export { fromWireId, parted, spanningKinds, spansSources, toWireId } from "./wire-id.ts";
