/** Path globs, matched in time linear in the path whatever the pattern: callers' patterns come from outside. */
export { globMatcher } from "./glob-matcher.ts";
