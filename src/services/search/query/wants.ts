/** Sorts of files that rank lower unless the query asks for them. */
export type Want = "tests" | "examples" | "docs" | "config" | "vendored" | "generated" | "older" | "recent";

const askedFor: readonly (readonly [Want, RegExp])[] = [
  [
    "tests",
    /\b(?:tests?|testing|tested|specs?|fixtures?|mock(?:s|ed|ing)?|coverage|assert(?:s|ion|ions)?|bench(?:mark)?s?)\b/iu,
  ],
  ["examples", /\b(?:examples?|samples?|demos?|tutorials?|snippets?|usage)\b/iu],
  ["docs", /\b(?:docs?|documentation|readme|guide|tutorial|changelog|release notes|handbook|adr|runbook)\b/iu],
  [
    "config",
    /\b(?:config(?:uration)?s?|settings?|env(?:ironment)? variables?|ya?ml|toml|docker(?:file)?|ci|pipeline|workflow)\b/iu,
  ],
  ["vendored", /\b(?:vendor(?:ed)?|third[- ]party|dependency copy|bundled)\b/iu],
  ["generated", /\b(?:generated|codegen|stubs?|protoc)\b/iu],
  ["older", /\b(?:legacy|deprecated|old(?:er)?|previous|v\d+|migrat(?:e|ion|ing))\b/iu],
  ["recent", /\b(?:recent(?:ly)?|latest|newest|last (?:week|month|changes?|commits?)|today|yesterday)\b/iu],
];

export function wantsOf(query: string): ReadonlySet<Want> {
  return new Set(askedFor.filter(([, words]) => words.test(query)).map(([want]) => want));
}
