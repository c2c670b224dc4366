/** Cuts files into passages and finds what they define, with tree-sitter grammars in worker threads. */

export { openParser, type ParserConfig } from "./open-parser.ts";
export { packFile } from "./pack-file.ts";
export { type ParseOptions, parseFile, type ReadFile } from "./parse-file.ts";
export { parserPlugin } from "./parser-plugin.ts";
