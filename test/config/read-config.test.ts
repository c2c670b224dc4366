import { inspect } from "node:util";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConfigError, type Environment, readConfig } from "../../src/config/mod.ts";

// Of the twenty checks: 7.

const cwd = "/work/Some Project";
const read = (env: Environment) => readConfig(env, cwd);

function problems(env: Environment): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const config = suite("config");

config("an empty environment gives the documented defaults", () => {
  const { variables, ingest, ...rest } = read({});
  assert.equal(rest, {
    edge: {
      address: "127.0.0.1:50051",
      authRequired: false,
      authWithTokens: true,
      authFailures: 60,
      reflection: "open",
      tls: undefined,
      drainMs: 20_000,
      development: false,
    },
    tokens: { readerToken: undefined, adminToken: undefined, maintainerNeeded: "" },
    quota: {
      read: { points: 300, windowMs: 60_000, burst: 50 },
      manage: { points: 30, windowMs: 60_000, burst: 0 },
      classes: [],
      redisUrl: undefined,
      insurance: true,
    },
    sidecar: { address: "127.0.0.1:9464", token: undefined },
    telemetry: { logFormat: "json", logLevel: "info", tracing: undefined },
    sources: { sources: [{ name: "some-project", path: cwd }], indexUntracked: false },
    state: { path: `${cwd}/.gateway`, generationGraceMs: 600_000, url: undefined, token: undefined },
    chunkIndex: { qdrant: undefined },
    graphStore: { neo4j: undefined },
    embedder: {
      kind: "static",
      http: undefined,
      modelPath: undefined,
      queryPrefix: undefined,
      passagePrefix: undefined,
    },
    rerank: { kind: "off", http: undefined, modelPath: undefined },
    coverage: { historyLimit: 30 },
    audit: { keyFile: undefined, retentionDays: 400, url: undefined, authToken: undefined },
    scheduler: {
      enabled: true,
      ingestCron: "*/30 * * * *",
      coverageCron: "15 2 * * *",
      timeZone: "UTC",
      jitterMs: 20_000,
    },
    watch: { enabled: false, debounceMs: 2_000 },
    runtime: { allowKnownBad: false },
  });
  const { workers, ...others } = ingest;
  assert.equal(others, {
    dryRun: false,
    maxFileBytes: 1_048_576,
    embedderChange: "rebuild",
    onStart: "auto",
    secretPathsExtra: [],
    secretAllow: [],
  });
  assert.ok(workers >= 1 && workers <= 4);
  assert.ok(variables.every(({ from }) => from === "default"));
});

config("is frozen to the bottom", () => {
  const { quota, sources } = read({});
  assert.throws(() => Object.assign(quota.read, { points: 1 }), TypeError);
  assert.throws(() => (sources.sources as unknown[]).push({}), TypeError);
});

config("a value set to nothing counts as unset, and blanks around one are dropped", () => {
  assert.is(read({ KM_LOG_LEVEL: "", KM_RATE_LIMIT_BURST: " 7\n" }).quota.read.burst, 7);
});

config("switches take on, off, true and false, in any case, and nothing else", () => {
  for (const word of ["on", "true", "ON", "True"])
    assert.is(read({ KM_INDEX_UNTRACKED: word }).sources.indexUntracked, true);
  for (const word of ["off", "false"]) assert.is(read({ KM_INDEX_UNTRACKED: word }).sources.indexUntracked, false);
  assert.equal(problems({ KM_INDEX_UNTRACKED: "yes" }), [
    'KM_INDEX_UNTRACKED: "yes" is not accepted; expected on, off, true or false',
  ]);
});

config("durations take a unit, and a bare number is seconds", () => {
  const window = (text: string) => read({ KM_RATE_LIMIT_WINDOW: text }).quota.read.windowMs;
  assert.equal(
    ["1500ms", "60", "60s", "2 m", "1h", "1d"].map(window),
    [1_500, 60_000, 60_000, 120_000, 3_600_000, 86_400_000],
  );
  for (const bad of ["0s", "2d", "1.5s", "-1s", "s", "1w", "1e3"]) {
    assert.match(problems({ KM_RATE_LIMIT_WINDOW: bad })[0] ?? "", /expected a duration from 1s to 1d/);
  }
});

config("sizes take KiB and MiB", () => {
  const size = (text: string) => read({ KM_INGEST_MAX_FILE_BYTES: text }).ingest.maxFileBytes;
  assert.equal(["65536", "512KiB", "2 mib"].map(size), [65_536, 524_288, 2_097_152]);
  assert.is(problems({ KM_INGEST_MAX_FILE_BYTES: "100" }).length, 1);
});

config("whole numbers stay in their range", () => {
  for (const bad of ["0", "1000001", "1.0", "0x10", "１", "9".repeat(400)]) {
    assert.match(problems({ KM_RATE_LIMIT_REQUESTS: bad })[0] ?? "", /^KM_RATE_LIMIT_REQUESTS: .* from 1 to 1000000$/);
  }
});

config("addresses are host and port", () => {
  for (const good of ["127.0.0.1:0", "localhost:65535", "[::1]:50051"]) {
    assert.is(read({ KM_METRICS_ADDRESS: good }).sidecar.address, good);
  }
  for (const bad of [
    "9464",
    ":9464",
    "127.0.0.1",
    "1.2.3:80",
    "::1:80",
    "a:65536",
    "a:-1",
    "http://a:1",
    "a b:1",
    "[x]:1",
  ]) {
    assert.match(problems({ KM_METRICS_ADDRESS: bad })[0] ?? "", /expected host:port/, bad);
  }
});

config("reports everything that is wrong at once", () => {
  const all = problems({ KM_LOG_LEVEL: "loud", KM_DRAIN_BUDGET: "x", KM_TYPO: "1", KM_READER_TOKEN: "short" });
  assert.equal(
    all.map((text) => text.slice(0, text.indexOf(":"))),
    ["KM_TYPO", "KM_READER_TOKEN", "KM_DRAIN_BUDGET", "KM_LOG_LEVEL"],
  );
});

config("an unknown variable is refused, with the name that was probably meant", () => {
  assert.equal(problems({ KM_RATELIMIT_REQUEST: "1" }), [
    "KM_RATELIMIT_REQUEST: no such variable; did you mean KM_RATE_LIMIT_REQUESTS?",
  ]);
  assert.match(problems({ KM_ZZZZZZ: "1" })[0] ?? "", /no such variable; see/);
  assert.equal(problems({ KM_TEST_ANY: "1", KM_TOKEN: "x", PATH: "/", KMX: "1", KM_ABSENT: undefined }), []);
});

config("any text is taken, or refused by the variable's name", async () => {
  const names = read({}).variables.map(({ name }) => name);
  await fc.assert(
    fc.property(fc.constantFrom(...names), fc.string({ maxLength: 60 }), (name, text) => {
      for (const problem of problems({ [name]: text })) assert.match(problem, /^(KM|GRPC)_[A-Z0-9_]+: /);
    }),
  );
});

config("sources are named pairs, resolved from the working directory", () => {
  assert.equal(read({ KM_SOURCES: "api=../api, web.app = /srv/web=1" }).sources.sources, [
    { name: "api", path: "/work/api" },
    { name: "web.app", path: "/srv/web=1" },
  ]);
  for (const bad of ["api", "API=x", "=x", "a=", "a=1,", "..=x", "a b=x"]) {
    assert.is(problems({ KM_SOURCES: bad }).length, 1, bad);
  }
  assert.match(problems({ KM_SOURCES: "a=1,a=2" })[0] ?? "", /two sources are named 'a'/);
});

config("one repository is named after its folder", () => {
  const name = (path: string) => read({ KM_REPO_PATH: path }).sources.sources[0]?.name;
  assert.equal(["/x/My Repo!", "/x/été", "/", "../Other.Thing_2"].map(name), [
    "my-repo",
    "t",
    "repository",
    "other.thing_2",
  ]);
  assert.match(problems({ KM_REPO_PATH: "a", KM_SOURCES: "b=b" })[0] ?? "", /beside KM_SOURCES/);
});

config("a configuration with tokens prints none of them", () => {
  const canary = "k3Jx9QpL2vRt8WzN5mBc7YhD4fGs6TaE";
  const made = read({ KM_ADMIN_TOKEN: canary });
  assert.is(made.tokens.adminToken?.reveal(), canary);
  const printed = [inspect(made, { depth: 9, showHidden: true }), JSON.stringify(made), `${made.tokens.adminToken}`];
  for (const text of printed) assert.not.match(text, canary);
  assert.match(printed[1] ?? "", /"adminToken":"\[secret\]"/);
  const refusal = problems({ KM_ADMIN_TOKEN: `${canary} ${canary}`, KM_READER_TOKEN: canary.slice(0, 20) });
  assert.is(refusal.length, 2);
  assert.not.match(refusal.join(), canary.slice(0, 20));
});

config.run();
