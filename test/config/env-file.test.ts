import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConfigError, readConfig } from "../../src/config/mod.ts";

const test = suite("env file");

function withFile<T>(text: string, work: (file: string, cwd: string) => T): T {
  const cwd = mkdtempSync(join(tmpdir(), "env-file-"));
  try {
    writeFileSync(join(cwd, "gateway.env"), text);
    return work("gateway.env", cwd);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function problemsOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as Error).message;
  }
}

test("its variables count like the environment's, which win; it is read anew each time", () => {
  const text = "# who reads it\n\nexport KM_SOURCES='docs=./my docs'\r\nKM_RATE_LIMIT_BURST = 7\nKM_LOG_LEVEL=debug\n";
  withFile(text, (file, cwd) => {
    const env = { KM_ENV_FILE: file, KM_LOG_LEVEL: "error" };
    const config = readConfig(env, cwd);
    assert.equal(config.sources.sources, [{ name: "docs", path: join(cwd, "my docs") }]);
    assert.equal([config.quota.read.burst, config.telemetry.logLevel], [7, "error"]);
    writeFileSync(join(cwd, file), "KM_SOURCES=code=.\n");
    assert.is(readConfig(env, cwd).sources.sources[0]?.name, "code");
  });
});

test("what is wrong with it is told by line, without its text, which may be a secret", () => {
  const text = "KM_RATE_LIMIT_BURST=7\nhunter2-hunter2\nKM_SUORCES=a=.\nKM_ENV_FILE=other\nPATH=/bin\n";
  const told = withFile(text, (file, cwd) => problemsOf(() => readConfig({ KM_ENV_FILE: file }, cwd)));
  for (const part of ["line 2 is no", "did you mean KM_SOURCES", "line 4", "line 5"])
    assert.ok(told.includes(part), told);
  assert.not.ok(told.includes("hunter2"));
  assert.match(
    problemsOf(() => readConfig({ KM_ENV_FILE: "/nowhere/x" }, "/")),
    /KM_ENV_FILE.*can't be read/,
  );
});

test("job state that others share is refused beside a store that has one owner, with the reason", () => {
  for (const KM_STATE_URL of ["http://state:8080", "libsql://state", "file:/shared/state.db"]) {
    assert.match(
      problemsOf(() => readConfig({ KM_STATE_URL, KM_STATE_TOKEN: "state-server-secret" }, "/")),
      /KM_STATE_URL.*embedded index and the embedded graph, which have one owner/,
    );
  }
  const shared = { KM_STATE_URL: "http://state:8080", KM_CHUNK_INDEX: "qdrant", KM_QDRANT_URL: "http://qdrant:6333" };
  assert.match(
    problemsOf(() => readConfig(shared, "/")),
    /KM_STATE_URL.*beside the embedded graph, which has one owner.*KM_GRAPH_STORE=neo4j/,
  );
  const neo4j = {
    KM_GRAPH_STORE: "neo4j",
    KM_NEO4J_URI: "neo4j://graph:7687",
    KM_NEO4J_PASSWORD: "a-password-of-its-own",
  };
  assert.is(readConfig({ ...shared, ...neo4j }, "/").state.url, "http://state:8080");
  assert.match(
    problemsOf(() => readConfig({ KM_STATE_URL: "state.db" }, "/")),
    /expected a URL with libsql:/,
  );
});

test.run();
