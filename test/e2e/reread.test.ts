import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";

/** Whatever backends were asked has its errors at zero, by code: so the first one is seen by a rate. */
function assertErrorsBegun(metrics: string): void {
  const called = [...metrics.matchAll(/^km_backend_duration_seconds_count(\{.*\}) /gm)].map(
    ([, labels = ""]) => labels,
  );
  assert.ok(called.length > 10, "operations were called");
  for (const labels of called) {
    for (const code of ["unavailable", "exhausted", "precondition", "internal"]) {
      const series = `km_backend_errors_total${labels.replace("}", `,code="${code}"}`)} 0\n`;
      assert.ok(metrics.includes(series), series);
    }
  }
}

const test = suite("sources reread on SIGHUP");

test("adding a source to the env file adds its content, and removing one removes it, while the gateway serves", async () => {
  const folder = temporaryFolder();
  for (const [name, text] of [
    ["docs", "# Alpacas\n\nThey hum when content.\n"],
    ["code", "# Zebras\n\nNo two have equal stripes.\n"],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "readme.md"), text);
  }
  const file = join(folder, "gateway.env");
  const configure = (...names: string[]) =>
    writeFileSync(file, `KM_SOURCES=${names.map((name) => `${name}=${join(folder, name)}`).join(",")}\n`);
  configure("docs");
  const env = { KM_ENV_FILE: file, KM_INGEST_ON_START: "on" };
  const gateway = await startGatewayProcess({ statePath: join(folder, "state"), env });
  const { search, ingest } = gateway.clients();
  const found = async (query: string) =>
    (await search.search({ query })).hits.map(({ artifact }) => artifact?.source ?? "");
  /** Asks until the answer is the wanted one: the time limit is the test runner's. */
  const until = async (query: string, wanted: (sources: string[]) => boolean) => {
    for (;;) {
      const sources = await found(query).catch(() => []);
      if (wanted(sources)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await until("alpacas hum", (sources) => sources.includes("docs"));
  configure("docs", "code");
  gateway.signal("SIGHUP");
  await until("zebras stripes", (sources) => sources.includes("code"));
  assert.match(await gateway.metrics(), /^km_ingest_runs_total\{source="code",state="failed"\} 0$/m);
  assertErrorsBegun(await gateway.metrics());
  configure("code");
  gateway.signal("SIGHUP");
  await until("alpacas hum", (sources) => !sources.includes("docs"));
  const { sources } = await ingest.listSources({});
  assert.equal(
    sources.map(({ name }) => name),
    ["code"],
  );
  // A file that is wrong changes nothing, and says so.
  writeFileSync(file, "KM_SUORCES=x=.\n");
  gateway.signal("SIGHUP");
  assert.ok((await found("zebras stripes")).includes("code"));
  const ended = await gateway.stop();
  assert.is(ended.code, 0);
  assert.match(ended.stderr, /the configuration was not reread: .*did you mean KM_SOURCES/s);
  rmSync(folder, { recursive: true, force: true });
});

test.run();
