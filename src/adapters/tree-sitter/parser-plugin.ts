import { PARSER, type Parser } from "../../ports/mod.ts";
import { openParser, type ParserConfig } from "./open-parser.ts";

/** Provides the parser; the composition root hands it to `definePlugin`, since adapters know no kernel. */
export const parserPlugin = {
  name: "parser",
  provides: PARSER,
  needs: {},
  config: (raw: unknown): ParserConfig => (raw ?? { workers: 1 }) as ParserConfig,
  start: async (
    _needs: Readonly<Record<never, never>>,
    config: ParserConfig,
    signal: AbortSignal,
  ): Promise<{ value: Parser; stop: () => Promise<void> }> => {
    const parser = await openParser(config, signal);
    return { value: parser, stop: () => parser.close() };
  },
};
