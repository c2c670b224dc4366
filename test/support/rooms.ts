/** The arrows of the architecture: which room may import what. A room under `adapters` or `services` is named with its folder. */
export interface RoomRule {
  /** Rooms whose doors it may import; "*" for all. */
  readonly rooms: readonly string[];
  /** Which of its files may import generated code. */
  readonly gen: RegExp | undefined;
  /** Packages, "*" for any. One that ends in "/" is a scope. */
  readonly packages: readonly string[];
  /** Packages of which only types may be imported. */
  readonly types: readonly string[];
  /** Whether built-in modules of the runtime may be imported. */
  readonly builtins: boolean;
}

const none = /^$/;
const any = /./;

function rule(rooms: readonly string[], packages: readonly string[] = [], more: Partial<RoomRule> = {}): RoomRule {
  return { rooms, packages, gen: none, types: [], builtins: true, ...more };
}

const service = rule(["kernel", "domain", "ports", "runtime"], [], {
  gen: /(^|\/)(wire|service)\.ts$/,
  types: ["nice-grpc", "nice-grpc-common"],
});
const adapter = (...packages: string[]) => rule(["ports", "domain", "runtime"], packages);

export const rooms: ReadonlyMap<string, RoomRule> = new Map<string, RoomRule>([
  ["kernel", rule([], [], { builtins: false })],
  ["domain", rule([], [], { builtins: false })],
  ["ports", rule(["domain"], [], { builtins: false })],
  ["services/search", service],
  ["services/graph", service],
  ["services/ingest", service],
  ["services/audit", service],
  ["adapters/libsql", adapter("libsql", "@libsql/client")],
  ["adapters/qdrant", adapter("@qdrant/js-client-rest", "@qdrant/js-client-grpc")],
  ["adapters/neo4j", adapter("neo4j-driver")],
  ["adapters/redis", adapter("ioredis", "redis", "rate-limiter-flexible")],
  ["adapters/memory", adapter("rate-limiter-flexible")],
  ["adapters/files", adapter()],
  ["adapters/git", adapter("ignore", "chokidar")],
  ["adapters/tree-sitter", adapter("web-tree-sitter", "@vscode/tree-sitter-wasm")],
  ["adapters/embedders", adapter()],
  ["adapters/system", adapter()],
  [
    "edge",
    rule(
      ["kernel", "domain", "ports", "runtime"],
      [
        "@grpc/grpc-js",
        "@grpc/proto-loader",
        "@bufbuild/protobuf",
        "nice-grpc",
        "nice-grpc-common",
        "nice-grpc-error-details",
        "nice-grpc-opentelemetry",
        "nice-grpc-prometheus",
        "nice-grpc-server-health",
        "nice-grpc-server-reflection",
        "prom-client",
        "rate-limiter-flexible",
      ],
      { gen: any },
    ),
  ],
  ["sidecar", rule(["kernel", "domain", "ports", "runtime"], ["prom-client"])],
  ["scheduler", rule(["kernel", "domain", "ports", "runtime"], ["cron"])],
  [
    "telemetry",
    rule(["kernel", "domain", "ports", "runtime"], ["pino", "pino-pretty", "prom-client", "@opentelemetry/"]),
  ],
  ["config", rule([])],
  ["runtime", rule([])],
  ["cli", rule(["*"], ["*"], { gen: any })],
  ["main", rule(["*"], ["*"], { gen: any })],
]);

/** Single files that one other file may import past the door, each with its reason. */
export const exceptions: ReadonlyMap<string, string> = new Map([
  // A token is a name and a type: ports name what plug-ins provide, and need no more of the kernel.
  ["src/ports/tokens.ts", "src/kernel/token.ts"],
]);

/** Code that belongs in certain rooms only. */
export const confined: readonly { readonly what: string; readonly code: RegExp; readonly rooms: readonly string[] }[] =
  [
    { what: "process.env", code: /\bprocess\s*(\.\s*env\b|\[)/, rooms: ["config"] },
    {
      what: "env of node:process",
      code: /\bimport\s*\{[^}]*\benv\b[^}]*\}\s*from\s*"node:process"/,
      rooms: ["config"],
    },
    { what: "Deno.", code: /(?<![\w.])(globalThis\s*\.\s*)?Deno\s*[.[]/, rooms: ["runtime"] },
    { what: "console.", code: /(?<![\w.])(globalThis\s*\.\s*)?console\s*[.[]/, rooms: ["cli", "telemetry"] },
  ];
