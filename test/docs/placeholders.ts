/** What the documents' placeholders stand for while their commands are run. */
export interface World {
  /** Bound gRPC address. */
  readonly address: string;
  readonly metricsAddress: string;
  readonly reader: string;
  readonly maintainer: string;
  /** A run that has ended. */
  readonly run: string;
  /** The number of a ledger entry. */
  readonly entry: string;
  /** A folder that is not there yet, the same each time. */
  readonly backup: string;
  /** Another one. */
  readonly folder: string;
  readonly file: string;
  readonly python: string;
}

/** Filled in where only names are looked at. */
export const sampleWorld: World = {
  address: "127.0.0.1:1",
  metricsAddress: "127.0.0.1:2",
  reader: "r",
  maintainer: "m",
  run: "01J",
  entry: "1",
  backup: "/tmp/backup",
  folder: "/tmp/folder",
  file: "/tmp/file",
  python: "python3",
};

/** As written in a document, and what takes its place. Each row has to be in use. */
export const placeholders: readonly (readonly [written: string, stands: (world: World) => string])[] = [
  ["127.0.0.1:50051", ({ address }) => address],
  ["HOST:50051", ({ address }) => address],
  ["HOST:PORT", ({ address }) => address],
  ["HOST:9464", ({ metricsAddress }) => metricsAddress],
  ["KM_READER_TOKEN=…", ({ reader }) => `KM_READER_TOKEN=${reader}`],
  ["KM_ADMIN_TOKEN=…", ({ maintainer }) => `KM_ADMIN_TOKEN=${maintainer}`],
  ["something that one of your sources answers", () => "what do ships wait for"],
  ['"run_id": "…"', ({ run }) => `"run_id": "${run}"`],
  ["/var/backups/knowledge-gateway/2026-01-31", ({ backup }) => backup],
  [".venv/bin/python ", ({ python }) => `${python} `],
  ["<source>/<path>", () => "knowledge-gateway/src/domain/page-token.ts"],
  ["<node>", () => "source:docs"],
  ["<name>", () => "ada"],
  ["--source NAME", () => "--source docs"],
  ["SOURCE", () => "docs"],
  ["RUN", ({ run }) => run],
  ["NUMBER", ({ entry }) => entry],
  ["FOLDER", ({ folder }) => folder],
  ["FILE", ({ file }) => file],
];

const boundary = (written: string) => (/^[A-Z]+$/.test(written) ? `(?<![\\w-])${written}(?![\\w-])` : undefined);

function pattern(written: string): RegExp {
  return new RegExp(boundary(written) ?? written.replace(/[.+?^${}()|[\]\\]/g, "\\$&"), "g");
}

export function filled(command: string, world: World): string {
  return placeholders.reduce((line, [written, stands]) => line.replace(pattern(written), () => stands(world)), command);
}

/** The placeholders that no command has. */
export function unused(commands: readonly string[]): readonly string[] {
  return placeholders.map(([written]) => written).filter((written) => !commands.some((c) => pattern(written).test(c)));
}
