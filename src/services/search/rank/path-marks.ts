/** What a path alone says of its file: 1 where it holds. */
export interface PathMarks {
  readonly example: number;
  readonly vendored: number;
  readonly generated: number;
  readonly older: number;
  readonly hidden: number;
  readonly barrel: number;
  /** The path without the first folder that is a version number. */
  readonly unnumbered: string;
}

const example = /(?:^|\/)(?:examples?|samples?|demos?|tutorials?|docs_src|playground|sandbox)(?:\/|$)/iu;
const benchmark = /(?:^|\/)(?:bench(?:mark)?s?|perf)(?:\/|$)|[._-]bench\.\w+$/iu;
const vendored = /(?:^|\/)(?:vendor(?:ed)?|third[_-]?party|external|node_modules|bundled|_vendor)(?:\/|$)/iu;
const generated =
  /(?:^|\/)(?:gen|generated|__generated__|autogen)(?:\/|$)|[._](?:pb|pb2|pb2_grpc|gen|generated|min)\.\w+$/iu;
const older =
  /(?:^|\/)(?:legacy|deprecated|old|compat|obsolete|attic)(?:\/|$)|(?:^|\/)(?:_?compat|deprecated|legacy)\.\w+$/iu;
const hidden = /(?:^|\/)\.[^/.][^/]*\//u;
const barrel = /(?:^|\/)(?:(?:index|mod)\.\w+|__init__\.pyi?|package-info\.java|module-info\.java|doc\.go)$/iu;

export function marksOf(path: string): PathMarks {
  return {
    example: example.test(path) || benchmark.test(path) ? 1 : 0,
    vendored: vendored.test(path) ? 1 : 0,
    generated: generated.test(path) ? 1 : 0,
    older: older.test(path) ? 1 : 0,
    hidden: hidden.test(path) ? 1 : 0,
    barrel: barrel.test(path) ? 1 : 0,
    unnumbered: path.replace(/(^|\/)v\d{1,3}\//u, "$1"),
  };
}
