/** Where a command is run. */
export type Stage =
  /** Beside a gateway with authentication on and two sources. */
  | "served"
  /** On the state of that gateway once it has stopped, in this order. */
  | "stopped"
  /** Beside a gateway that `npm start` began, over one repository, without authentication. */
  | "started"
  /** In a folder with the contract and the recipes of clients, and a virtual environment's Python. */
  | "client"
  /** In the project's folder. */
  | "anywhere";

/** Run as it stands in the documents, but for placeholders. */
export interface Run {
  readonly command: string;
  readonly in: Stage;
  /** In what it prints. */
  readonly shows: readonly RegExp[];
  /** Its exit code; default 0. */
  readonly code?: number;
  /** A program it wants that a machine may lack. */
  readonly wants?: "grpcurl" | "go" | "python" | "openssl" | "promtool";
}

export const runs: readonly Run[] = [
  // README
  {
    command: 'npm exec gateway -- search "where are page tokens sealed?" -n 2',
    in: "started",
    shows: [/^1\. src\/domain\/page-token\.ts:\d+-\d+ {2}\w+ {2}\(knowledge-gateway, [\d.]+\)$/m, /^2\. \S+:\d+-\d+/m],
  },
  {
    command: "npm exec gateway -- status",
    in: "started",
    shows: [/^knowledge-gateway: \d+ files/m, /at commit [0-9a-f]+/],
  },
  { command: "npm exec gateway -- ingest start", in: "started", shows: [/^knowledge-gateway: /m] },
  {
    command: 'npm exec gateway -- search "retry with backoff" --type code --explain',
    in: "started",
    shows: [/^1\. src\/retry\.ts/m],
  },
  {
    command: "npm exec gateway -- graph impact knowledge-gateway/src/main.ts",
    in: "started",
    shows: [/src\/cli\/serve\.ts/],
  },
  { command: "npm exec gateway -- audit history", in: "started", shows: [/ingest-run +succeeded/] },
  { command: "npm exec gateway -- doctor", in: "started", shows: [/^ok +git /m, /^ok +gateway +answers at/m] },
  { command: "gateway coverage show", in: "started", shows: [/indexed/] },
  { command: "gateway lifecycle", in: "started", shows: [/^subsystems with code and no tests/m] },

  // Asking, from the shell and from elsewhere
  {
    command: `grpcurl -plaintext -H "authorization: Bearer $KM_TOKEN" -d '{"query": "where are page tokens sealed?", "page_size": 5}' 127.0.0.1:50051 knowledge.v1.SearchService/Search`,
    in: "served",
    wants: "grpcurl",
    shows: [/"path": "src\/domain\/page-token\.ts"/],
  },
  {
    command: "grpcurl -plaintext 127.0.0.1:50051 list",
    in: "served",
    wants: "grpcurl",
    shows: [/^knowledge\.v1\.SearchService$/m],
  },
  {
    command: "grpcurl -plaintext 127.0.0.1:50051 describe knowledge.v1.SearchRequest",
    in: "served",
    wants: "grpcurl",
    shows: [/string query = 1/],
  },
  {
    command: `grpcurl -plaintext -H "authorization: Bearer $KM_TOKEN" -d '{"query": "how high is the tide", "page_size": 3}' 127.0.0.1:50051 knowledge.v1.SearchService/Search`,
    in: "served",
    wants: "grpcurl",
    shows: [/"path": "src\/tide\.ts"/],
  },
  {
    command: `grpcurl -plaintext -H "authorization: Bearer $KM_TOKEN" -d '{}' 127.0.0.1:50051 knowledge.v1.IngestService/StartIngest`,
    in: "served",
    wants: "grpcurl",
    shows: [/"runId"/],
  },
  {
    command: `grpcurl -plaintext -H "authorization: Bearer $KM_TOKEN" -d '{"run_id": "…"}' 127.0.0.1:50051 knowledge.v1.IngestService/WatchIngest`,
    in: "served",
    wants: "grpcurl",
    shows: [/INGEST_RUN_STATE_SUCCEEDED/],
  },
  {
    command: `npm exec buf -- curl --protocol grpc --http2-prior-knowledge -H "authorization: Bearer $KM_TOKEN" -d '{"query": "how high is the tide"}' http://127.0.0.1:50051/knowledge.v1.SearchService/Search`,
    in: "served",
    shows: [/src\/tide\.ts/],
  },
  {
    command: "npm exec buf -- generate proto --path proto/knowledge --template buf.gen.yaml",
    in: "client",
    shows: [],
  },
  {
    command:
      ".venv/bin/python -m grpc_tools.protoc -Iproto --python_out=stubs --grpc_python_out=stubs proto/knowledge/v1/*.proto",
    in: "client",
    wants: "python",
    shows: [],
  },
  { command: "buf generate --template buf.gen.yaml --path proto/knowledge -o .", in: "client", wants: "go", shows: [] },

  // Watching, and finding a cause (the test makes a run of `docs` fail first)
  {
    command: "gateway audit history --source docs --kind ingest-run --outcome failed --outcome interrupted --limit 1",
    in: "served",
    shows: [/ingest-run +failed/, /SOURCE_GONE/],
  },
  { command: "gateway audit show NUMBER", in: "served", shows: [/SOURCE_GONE/, /docs/] },
  { command: "gateway audit history --outcome failed", in: "served", shows: [/ingest-run +failed/] },
  { command: "gateway ingest start SOURCE", in: "served", shows: [/^docs: succeeded/m] },
  { command: "gateway audit history --kind access-refused", in: "served", shows: [/access-refused/] },
  { command: "gateway audit history", in: "served", shows: [/ingest-run +succeeded/] },
  { command: "gateway audit verify", in: "served", shows: [/^intact: \d+ entries/m] },
  { command: "gateway status", in: "served", shows: [/docs/, /knowledge-gateway/] },
  { command: "gateway schedule list", in: "served", shows: [/^ingest/m, /^coverage/m] },
  { command: "gateway schedule run ingest", in: "served", shows: [/skipped/i] },
  { command: "gateway coverage show --source SOURCE", in: "served", shows: [/indexed/] },
  { command: "gateway coverage show --source NAME", in: "served", shows: [/indexed/] },
  {
    command: "gateway coverage export --format json|csv|html [--source NAME] [--output FILE]",
    in: "served",
    shows: [],
  },
  { command: "gateway coverage generate", in: "started", shows: [/indexed/] },
  { command: "gateway lifecycle [--source NAME]", in: "served", shows: [/^documents older than what they describe/m] },
  { command: "gateway ingest start --dry-run", in: "served", shows: [/planned/] },
  { command: "gateway ingest start", in: "served", shows: [/docs: /, /knowledge-gateway: /] },
  { command: "gateway ingest watch RUN", in: "served", shows: [/succeeded/] },
  { command: "gateway ingest cancel RUN", in: "served", shows: [/^docs: /m] },
  { command: "gateway ingest rebuild", in: "served", shows: [/docs: succeeded/, /knowledge-gateway: succeeded/] },
  { command: "gateway-ingest rebuild", in: "served", shows: [/docs: succeeded/] },
  { command: "gateway doctor", in: "served", shows: [/^ok +gateway +answers at/m] },
  { command: "gateway config", in: "served", shows: [/KM_GRPC_ADDRESS/] },
  { command: "gateway graph orphans", in: "served", shows: [/^symbol +/m] },
  { command: "gateway graph impact <source>/<path>:10-20", in: "served", shows: [/sealPage/] },
  {
    command: "gateway graph show <node> --format dot|mermaid|svg|html [--output FILE]",
    in: "served",
    shows: [],
  },
  { command: "gateway quota show", in: "served", shows: [/^manage +\d+ +\d+ +\d+ s$/m] },
  { command: "gateway token issue <name>", in: "served", shows: [/kg_\w+_[\w-]{43}/] },
  { command: "gateway feedback export > feedback.jsonl", in: "served", shows: [] },
  {
    command:
      'KM_READER_TOKEN=… KM_ADMIN_TOKEN=… infra/smoke-test.sh --address HOST:50051 --metrics HOST:9464 --question "something that one of your sources answers"',
    in: "served",
    shows: [/^smoke: passed$/m],
  },
  {
    command: "gateway backup /var/backups/knowledge-gateway/2026-01-31",
    in: "served",
    shows: [/last entry in it is \d+, /],
  },
  { command: "gateway backup FOLDER", in: "served", shows: [/serving docs at generation/] },

  {
    command: "gateway restore /var/backups/knowledge-gateway/2026-01-31",
    in: "stopped",
    shows: [/before-restore-/, /ledger that was there is kept/],
  },
  { command: "gateway restore FOLDER", in: "stopped", shows: [/before-restore-/] },
  { command: "gateway doctor --repair", in: "stopped", shows: [/^ok +graph +sound$/m, /^ok +audit ledger +sound$/m] },

  { command: "openssl rand -base64 33", in: "anywhere", wants: "openssl", shows: [/^[\w+/=-]{32,}$/m] },
  { command: "npm run licences", in: "anywhere", shows: [/Apache-2\.0/] },
  { command: "npm ls", in: "anywhere", shows: [/^\S+ nice-grpc@\d/m, /^\S+ web-tree-sitter@\d/m] },
  { command: "npm run sbom", in: "anywhere", shows: [/"bomFormat": "CycloneDX"/, /"pkg:npm\/nice-grpc@\d/] },
  {
    command: "promtool test rules infra/prometheus/rules.test.yaml",
    in: "anywhere",
    wants: "promtool",
    shows: [/SUCCESS/],
  },
];

/** Commands that another test runs: the file that does it, and what stands in it. */
export const shownElsewhere: readonly (readonly [command: string, file: string, says: string | RegExp])[] = [
  ["npm start", "test/docs/stages.ts", "exec npm start"],
  ["npm test", ".ci/run", 'step "npm test" npm test'],
  ["npm run ok", ".ci/run", "npm run --silent ok"],
  ["npm run test:deno", "infra/dev/ok.mjs", "test-deno.mjs"],
  ...["smoke", "clients", "backends", "prometheus", "deploy", "docs", "hostile", "crash"].map(
    (name) => [`npm run test:${name}`, ".ci/run", new RegExp(`^for suite in .*\\b${name}\\b`, "m")] as const,
  ),
  ["npm run generate", "infra/dev/check-generated.mjs", "generate"],
  ["buf generate", "infra/dev/check-generated.mjs", "generate"],
  ["buf breaking", "infra/dev/ok.mjs", '["breaking", "--against"'],
  ["buf curl", "test/clients/clients.test.ts", '"curl", "--protocol"'],
  ["promtool check metrics", "test/prometheus/watched.test.ts", '"check", "metrics"'],
  ["infra/smoke-test.sh", "test/smoke/smoke-breaks.test.ts", "smoke: passed"],
  ["infra/smoke-test.sh --address", "test/smoke/running.test.ts", '"--address"'],
  ["infra/smoke-test.sh --address HOST:PORT", "test/smoke/running.test.ts", '"--address"'],
  ["gateway serve", "test/support/gateway-process.ts", '["serve"]'],
  ["gateway graph migrate --dry-run", "infra/smoke-test.sh", "graph migrate --dry-run"],
  ["gateway graph migrate", "infra/smoke-test.sh", "$GATEWAY graph migrate >"],
  [
    "node infra/dev/get-neo4j.mjs && node infra/test-neo4j/start.mjs",
    "infra/smoke-test.sh",
    "node infra/test-neo4j/start.mjs",
  ],
  [
    "python3 -m venv .venv && .venv/bin/pip install grpcio grpcio-tools",
    "test/clients/find-clients.ts",
    '"pip", "install"',
  ],
  [
    "go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.10",
    "test/clients/find-clients.ts",
    "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.10",
  ],
  [
    "go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.5.1",
    "test/clients/find-clients.ts",
    "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.5.1",
  ],
  [
    "KM_TEST_UPDATE=1 node dist/test/config/configuration-page.test.js",
    "test/config/configuration-page.test.ts",
    '"KM_TEST_UPDATE"',
  ],
  [
    "KM_TEST_UPDATE=1 node dist/test/telemetry/metrics-page.test.js",
    "test/telemetry/metrics-page.test.ts",
    '"KM_TEST_UPDATE"',
  ],
  [
    "KM_TEST_UPDATE=1 node dist/test/domain/discovery/secrets-page.test.js",
    "test/domain/discovery/secrets-page.test.ts",
    '"KM_TEST_UPDATE"',
  ],
];

/** What measures, under the size that it is run at to see that it works. */
interface Measured {
  readonly command: string;
  readonly shows: readonly RegExp[];
  /** Default: 0. A machine that is busy with these tests reaches fewer calls a second than are wanted. */
  readonly codes?: readonly number[];
  /** Packages from the registry of npm; ghz beside them. */
  readonly wants?: "packages" | "ghz";
}

export const measured: readonly Measured[] = [
  {
    command: "npm run bench -- ingest search backup --tree small",
    wants: "packages",
    shows: [/^ingest$/m, /^search$/m, /^backup$/m, /'small'/],
  },
  { command: "npm run bench -- extraction --tree small", wants: "packages", shows: [/^extraction$/m] },
  { command: "npm run bench -- ledger guards --json", shows: [/"suite":"guards"/, /"suite":"ledger"/] },
  { command: "npm run eval", shows: [/nDCG@10/, /knowledge-gateway/] },
  { command: "npm run graph:truth -- --only redux", wants: "packages", shows: [/redux/] },
  {
    command: "npm run load -- --seconds 5 --round-seconds 0 --tree small",
    wants: "ghz",
    codes: [0, 1],
    shows: [/^searches are \d/m, /^ok +other statuses .*: none$/m, /^ok +the gateway stopped with exit code 0/m],
  },
];

/** What measures, and why it is not run even at its smallest: "" where it is. At the documents' sizes it takes minutes. */
export const measuring: ReadonlyMap<string, string> = new Map([
  ["npm run bench", ""],
  ["npm run eval", ""],
  ["npm run graph:truth", ""],
  ["npm run load", ""],
  ["npm run soak", "half a minute of load at least, and a minute of rests and last runs around it"],
]);
export function isMeasuring(command: string): boolean {
  return [...measuring.keys()].some((name) => command === name || command.startsWith(`${name} -- `));
}

const builds = "builds anew under the running test";
const administers = "changes the users, files and services of a server";
const container = "needs Docker";
const process = "what the program or a test starts, named in a sentence";

/** Commands that no test runs, each with the reason. */
export const notRun: ReadonlyMap<string, string> = new Map([
  [
    "npm run conformance",
    "over a minute; wants h2spec, which is built where there is Go, and writes a page of the documents",
  ],
  ["KM_TEST_RUNS=60 node dist/test/services/ingest/equivalence.test.js", "minutes; npm test takes fewer runs"],
  ["npm run test:runtimes", "brings three more runtimes from the network, and takes half an hour"],
  ["npm run test:browser", `${builds}, and wants a browser and its driver, which are no dependencies`],
  ["npm test -- FILE", `${builds}; the suites of .ci/run are given names the same way`],
  ["npm ci", "installs anew under the running test; a fresh clone's `npm test` does it"],
  ["node infra/embedder/fetch-model.mjs", "474 MB and a model from the network"],
  ["npm audit", "asks the npm registry, whose answer is another one every day"],
  ["npm install @huggingface/transformers", "474 MB from the network"],
  [
    "npm install nice-grpc nice-grpc-common nice-grpc-error-details @bufbuild/protobuf && npm install --save-dev ts-proto @bufbuild/buf",
    "installs from the network what is installed here; that these are this project's own dependencies is checked",
  ],
  ["git pull && npm ci && npm run build", "brings another version in the place of this one"],
  ["git --version", process],
  ["git ls-files", process],
  ["node --trace-wasm-compilation-times", process],
  ["kubectl get pods", "needs Kubernetes"],
  ["kubectl describe pod", "needs Kubernetes"],
  ["docker build -f infra/Dockerfile -t knowledge-gateway .", container],
  [
    "docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -v gateway-state:/opt/knowledge/var -v /srv/repositories:/sources:ro -e KM_SOURCES=docs=/sources/docs -e KM_ADMIN_TOKEN -e KM_ALLOW_PLAINTEXT=on -p 127.0.0.1:50051:50051 --stop-timeout 35 knowledge-gateway",
    container,
  ],
  ["docker exec CONTAINER node /app/dist/src/cli/gateway.js status", container],
  ["systemctl status knowledge-gateway", administers],
  ["systemctl reload", administers],
  ["sudo useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin knowledge", administers],
  ["sudo install -d -o knowledge -g knowledge -m 0700 /opt/knowledge/var /var/backups/knowledge-gateway", administers],
  [
    "sudo git clone REPOSITORY /opt/knowledge/gateway && cd /opt/knowledge/gateway && sudo npm ci && sudo npm run build",
    administers,
  ],
  ["sudo install -d -m 0700 /etc/knowledge-gateway", administers],
  [
    "sudo install -m 0600 /dev/stdin /etc/knowledge-gateway/gateway.env <<'ENV'\nKM_SOURCES=docs=/srv/repositories/docs\nKM_ADMIN_TOKEN=…\nKM_READER_TOKEN=…\nENV",
    administers,
  ],
  ["sudo cp infra/systemd/* /etc/systemd/system/ && sudo systemctl daemon-reload", administers],
  ["sudo systemctl enable --now knowledge-gateway.service knowledge-gateway-backup.timer", administers],
]);
