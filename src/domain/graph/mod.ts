/** What the knowledge graph consists of, and how what files say becomes its nodes and edges. */

export * from "./edge-union.ts";
export { factNames, placeWords } from "./fact-names.ts";
export * from "./facts.ts";
export * from "./name-words.ts";
export * from "./node.ts";
export * from "./orphan.ts";
