import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse, parseAllDocuments, stringify } from "yaml";
import { projectFile } from "../../src/runtime/mod.ts";
import { runCommand } from "../support/gateway-process.ts";
import { findLinter } from "./find-linters.ts";

const read = (path: string) => readFileSync(projectFile(path), "utf8");
const token = "maintainer-0123456789abcdefghijklmnopqrstuvwx";
/** The drain budget and what the stops after it may take, seconds. */
const stopTakes = 30;

/** As compose fills in `${NAME:-default}` and `${NAME:?message}`. */
const given: Readonly<Record<string, string>> = {
  REPOSITORIES: "/srv/repositories",
  KM_SOURCES: `docs=${projectFile("docs")}`,
  KM_ADMIN_TOKEN: token,
};
const filledIn = (text: string) =>
  text.replaceAll(
    /\$\{(\w+):([-?])([^}]*)\}/g,
    (_, name: string, how: string, otherwise: string) => given[name] ?? (how === "-" ? otherwise : ""),
  );

interface Service {
  /** null: as where compose runs, or not at all. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly profiles?: readonly string[];
  readonly stop_grace_period?: string;
  readonly mem_limit?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly entrypoint?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly content?: string }>>;
}

const compose = parse(filledIn(read("infra/compose.yaml")), { merge: true }) as Compose;

/** Settings that a manifest gives are ones the gateway takes. */
async function accepted(env: Readonly<Record<string, string | null>>): Promise<void> {
  const set = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? undefined]));
  const place = { env: { KM_SOURCES: `docs=${projectFile("docs")}`, ...set, KM_ADMIN_TOKEN: token } };
  const { code, stderr } = await runCommand(["config"], place);
  assert.is(code, 0, stderr);
}

const test = suite("manifests");

test("compose: the default is the gateway alone, hardened, with settings that it takes", async () => {
  const always = Object.entries(compose.services).filter(([, { profiles }]) => profiles === undefined);
  assert.equal(
    always.map(([name]) => name),
    ["gateway"],
  );
  const gateway = compose.services["gateway"];
  assert.ok(gateway?.read_only);
  assert.equal(gateway?.cap_drop, ["ALL"]);
  assert.ok(Number.parseInt(gateway?.stop_grace_period ?? "", 10) >= stopTakes);
  await accepted(gateway?.environment ?? {});
  await accepted({
    ...gateway?.environment,
    KM_CHUNK_INDEX: "qdrant",
    KM_QDRANT_URL: "http://qdrant:6333",
    KM_QDRANT_API_KEY: "a-key",
    KM_REDIS_URL: "redis://redis:6379",
  });
});

test("compose: what a profile starts, or a server of one's own, the gateway can be told of", async () => {
  const settings = {
    KM_CHUNK_INDEX: "qdrant",
    KM_QDRANT_URL: "http://qdrant:6333",
    KM_QDRANT_API_KEY: "a-key",
    KM_GRAPH_STORE: "neo4j",
    KM_GRAPH_AUTO_MIGRATE: "on",
    KM_NEO4J_URI: "neo4j://neo4j:7687",
    KM_NEO4J_USER: "neo4j",
    KM_NEO4J_PASSWORD: "a-word-of-the-operator",
    KM_NEO4J_DATABASE: "neo4j",
    KM_STATE_URL: "https://state.internal",
    KM_STATE_TOKEN: "a-token-of-the-state",
    KM_AUDIT_URL: "https://audit.internal",
    KM_AUDIT_TOKEN: "a-token-of-the-ledger",
    KM_METRICS_TOKEN: "prometheus-0123456789abcdefghijklmnopqrstuvw",
    KM_TLS_CERT_FILE: "/certificates/gateway.crt",
    KM_TLS_KEY_FILE: "/certificates/gateway.key",
    KM_TLS_CLIENT_CA_FILE: "/certificates/callers.crt",
  };
  const { environment = {} } = compose.services["gateway"] ?? {};
  for (const name of Object.keys(settings)) assert.is(environment[name], null, `${name} does not get through`);
  await accepted({ ...environment, ...settings });
});

test("compose: every service gives up its rights, and Neo4j does not start without a password", () => {
  for (const [name, service] of Object.entries(compose.services)) {
    assert.equal(service.cap_drop, ["ALL"], name);
    assert.equal(service.security_opt, ["no-new-privileges:true"], name);
  }
  const [shell = "", ...args] = compose.services["neo4j"]?.entrypoint ?? [];
  const start = (password: string) =>
    spawnSync(
      shell,
      args.map((arg) => arg.replaceAll("$$", "$")),
      { encoding: "utf8", env: { PATH: process.env["PATH"], KM_NEO4J_PASSWORD: password } },
    ).stderr;
  assert.match(start(""), /^KM_NEO4J_PASSWORD is not set\n$/);
  // It goes on to the image's own start, which is not here.
  assert.match(start("a-word-of-the-operator"), /tini/);
});

test("compose: Prometheus is set up as infra/prometheus says, and every profile is told of", () => {
  const inline = parse(compose.configs["prometheus"]?.content ?? "") as { scrape_configs: { job_name: string }[] };
  const file = parse(read("infra/prometheus/prometheus.yaml")) as typeof inline;
  assert.equal(
    inline.scrape_configs.map((one) => one.job_name),
    file.scrape_configs.map((one) => one.job_name),
  );
  const profiles = new Set(Object.values(compose.services).flatMap(({ profiles = [] }) => profiles));
  for (const profile of profiles) assert.match(read("docs/deploy.md"), `--profile ${profile}`);
});

const python = findLinter("python");
if (python === undefined || python(["-c", "import compose_spec"]).code !== 0) {
  console.error("NO compose_spec: infra/compose.yaml is NOT checked against its specification here");
  test.skip("compose by its specification", () => {});
} else {
  const check = "import sys, compose_spec; compose_spec.PyCompose.from_yaml(sys.stdin.read()).validate()";

  test("compose: it is what the specification allows", () => {
    const text = stringify(compose, { aliasDuplicateObjects: false });
    assert.equal(python(["-c", check], text), { code: 0, text: "" });
    assert.ok(python(["-c", check], text.replace("mem_limit", "memory")).code !== 0, "it would see a wrong key");
  });
}

type Labels = Readonly<Record<string, string>>;
type Amounts = Readonly<Record<string, string>>;

interface Peer {
  readonly podSelector?: { readonly matchLabels: Labels };
  readonly namespaceSelector?: { readonly matchLabels: Labels };
}

interface Opening {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly protocol: string; readonly port: string | number }[];
}

interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly podSelector?: { readonly matchLabels: Labels };
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Opening[];
    readonly egress?: readonly Opening[];
    readonly template?: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsNonRoot: boolean };
        readonly automountServiceAccountToken: boolean;
        readonly containers: readonly {
          readonly securityContext: {
            readonly readOnlyRootFilesystem: boolean;
            readonly allowPrivilegeEscalation: boolean;
            readonly capabilities: { readonly drop: readonly string[] };
          };
          readonly env?: readonly unknown[];
          readonly envFrom: readonly Readonly<Record<string, { readonly name: string; readonly optional?: boolean }>>[];
          readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
          readonly resources: { readonly requests: Amounts; readonly limits: Amounts };
          readonly readinessProbe: { readonly httpGet: { readonly path: string } };
          readonly livenessProbe: { readonly httpGet: { readonly path: string } };
        }[];
      };
    };
  };
}

const manifestFile = projectFile("infra/kubernetes/gateway.yaml");
const manifests = parseAllDocuments(read("infra/kubernetes/gateway.yaml")).map((one) => one.toJS() as Manifest);

const validate = findLinter("kubernetes-validate");
if (validate === undefined) test.skip("Kubernetes by its schemas", () => {});
else {
  test("Kubernetes: every manifest is what its schema allows", () => {
    const { code, text } = validate(["--strict", manifestFile]);
    assert.is(code, 0, text);
    assert.is((text.match(/passed for resource/g) ?? []).length, manifests.length);
  });
}

const ofKind = (wanted: string) => manifests.find(({ kind }) => kind === wanted);
const pod = ofKind("StatefulSet")?.spec?.template?.spec;
const [container] = pod?.containers ?? [];

/** `1536Mi`, `2Gi`, `2g` or `2G` in bytes. */
function bytes(amount = ""): number {
  const [, number, unit = ""] = /^(\d+)([KMG])i?$/.exec(amount.toUpperCase().replace("I", "")) ?? [];
  return Number(number) * 1024 ** ("KMG".indexOf(unit) + 1);
}

test("Kubernetes: the pod has no rights, probes what it should, and has the time to stop", async () => {
  assert.ok(pod?.securityContext.runAsNonRoot);
  assert.is(pod?.automountServiceAccountToken, false);
  assert.ok(container?.securityContext.readOnlyRootFilesystem);
  assert.is(container?.securityContext.allowPrivilegeEscalation, false);
  assert.equal(container?.securityContext.capabilities.drop, ["ALL"]);
  // Liveness asks no store; readiness does.
  assert.is(container?.livenessProbe.httpGet.path, "/livez");
  assert.is(container?.readinessProbe.httpGet.path, "/readyz");
  assert.ok((pod?.terminationGracePeriodSeconds ?? 0) >= stopTakes);
  const { KM_SOURCES: _, ...rest } = ofKind("ConfigMap")?.data ?? {};
  await accepted(rest);
});

test("Kubernetes: what it asks for and where it ends, with the memory that the other ways give", () => {
  const { requests = {}, limits = {} } = container?.resources ?? {};
  for (const name of ["cpu", "memory", "ephemeral-storage"]) assert.ok(requests[name], `no request of ${name}`);
  for (const name of ["memory", "ephemeral-storage"]) assert.ok(limits[name], `no limit of ${name}`);
  assert.is(limits["cpu"], undefined, "a throttled event loop answers nobody");
  assert.ok(bytes(requests["memory"]) <= bytes(limits["memory"]));
  const unit = /^MemoryMax=(.*)$/m.exec(read("infra/systemd/knowledge-gateway.service"))?.[1];
  assert.is(bytes(unit), bytes(limits["memory"]));
  assert.is(bytes(compose.services["gateway"]?.mem_limit), bytes(limits["memory"]));

  const rows = [...read("docs/deploy.md").matchAll(/^\| memory.*$/gm)].map(([row]) => row);
  const highest = Math.max(...rows.flatMap((row) => [...row.matchAll(/(\d+) MB/g)].map(([, size]) => Number(size))));
  assert.ok(highest > 0);
  assert.ok(bytes(requests["memory"]) > bytes(`${highest}M`), "the sizing's highest fits what is asked for");
  assert.ok(bytes(limits["memory"]) > 2 * bytes(`${highest}M`), "with room above it");
});

test("Kubernetes: callers come in by gRPC, Prometheus to the metrics, and nothing goes out but names", () => {
  const { podSelector, policyTypes, ingress = [], egress = [] } = ofKind("NetworkPolicy")?.spec ?? {};
  assert.equal(podSelector?.matchLabels, ofKind("StatefulSet")?.spec?.template?.metadata.labels, "it is of this pod");
  assert.equal(policyTypes, ["Ingress", "Egress"]);
  const inNamespace = (name: string): Peer => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
  });
  const names = { matchLabels: { "k8s-app": "kube-dns" } };
  const callers = { matchLabels: { "knowledge-gateway-client": "true" } };
  assert.equal(ingress, [
    { from: [{ podSelector: callers }], ports: [{ protocol: "TCP", port: "grpc" }] },
    { from: [inNamespace("monitoring")], ports: [{ protocol: "TCP", port: "metrics" }] },
  ]);
  assert.equal(
    container?.ports.map(({ name }) => name),
    ["grpc", "metrics"],
  );
  const ports = ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 }));
  assert.equal(egress, [{ to: [{ ...inNamespace("kube-system"), podSelector: names }], ports }]);
});

test("Kubernetes: secrets come from a Secret that has to be there, and none stands in a manifest", () => {
  assert.equal(container?.envFrom, [
    { configMapRef: { name: "gateway" } },
    { secretRef: { name: "gateway-tokens" } }, // not optional
  ]);
  assert.is(container?.env, undefined);
  assert.is(ofKind("Secret"), undefined, "the file can be published");
  const text = read("infra/kubernetes/gateway.yaml");
  const made = /^# kubectl .*create secret generic gateway-tokens (.*)$/m.exec(text)?.[1] ?? "";
  for (const name of ["KM_ADMIN_TOKEN", "KM_READER_TOKEN"]) assert.match(made, `--from-literal=${name}=…`);
  const secret = Object.keys(ofKind("ConfigMap")?.data ?? {}).filter((name) => /TOKEN|PASSWORD|KEY|SECRET/.test(name));
  assert.equal(secret, []);
});

const units = readdirSync(projectFile("infra/systemd")).map((name) => projectFile(`infra/systemd/${name}`));
if (spawnSync("systemd-analyze", ["--version"]).status !== 0) {
  console.error("NO systemd-analyze: infra/systemd is NOT verified here");
  test.skip("systemd", () => {});
} else {
  test("systemd: the units verify, and the service is sealed off", () => {
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", ...units], { encoding: "utf8" });
    // Whether node is installed where the unit says is the machine's matter.
    const said = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !/is not executable/.test(line));
    assert.equal(said, []);
    const [service = ""] = units.filter((path) => path.endsWith("/knowledge-gateway.service"));
    const judged = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=20", service], {
      encoding: "utf8",
    });
    assert.is(judged.status, 0, judged.stdout.slice(-500));
  });
}

test("systemd: it has the time to stop, and backs up with a command that there is", async () => {
  const service = read("infra/systemd/knowledge-gateway.service");
  assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(service)?.[1]) >= stopTakes);
  assert.match(read("infra/systemd/knowledge-gateway-backup.service"), "gateway.js backup ");
  assert.is((await runCommand(["backup", "--help"], {})).code, 0);
});

const shellcheck = findLinter("shellcheck");
if (shellcheck === undefined) test.skip("shellcheck", () => {});
else {
  test("shellcheck finds nothing in the scripts", () => {
    for (const script of ["infra/smoke-test.sh", ".ci/run"]) {
      assert.equal(shellcheck([projectFile(script)]), { code: 0, text: "" }, script);
    }
  });
}

test.run();
