/** Reads off a file what it says of the graph: what it defines, imports, mentions, depends on and who owns it. */
export { codeFacts } from "./code-facts.ts";
export { graphLanguages } from "./languages/all.ts";
export { lockFacts, textFacts, withManifest } from "./text-facts.ts";
