import { spawnSync } from "node:child_process";
import process from "node:process";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Secret } from "../../src/config/mod.ts";
import { Fault } from "../../src/domain/mod.ts";
import type { Log } from "../../src/ports/mod.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";

const canary = "s3cr3t-C4n4ry-ZqXwVu";

/** What `work` logs, as text lines. */
function logged(work: (log: Log) => void, over: { logFormat?: "json" | "pretty"; logLevel?: "warn" } = {}): string[] {
  const lines: string[] = [];
  const telemetry = openTelemetry({
    logFormat: "json",
    logLevel: "info",
    ...over,
    version: "0",
    runtime: "test",
    sources: [],
    secrets: [{ reveal: () => canary }],
    write: (line) => void lines.push(line),
  });
  work(telemetry.log);
  telemetry.close();
  return lines;
}

function fieldsOf(fields: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(logged((log) => log.info(fields, "m"))[0] ?? "{}");
}

const logger = suite("logger");

logger("writes one JSON object a line, with level, time and message", () => {
  const [line = ""] = logged((log) => log.warn({ request_id: "r1", n: 3 }, "slow"));
  assert.ok(line.endsWith("}\n"));
  const { time, ...rest } = JSON.parse(line);
  assert.equal(rest, { level: "warn", request_id: "r1", n: 3, msg: "slow" });
  assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/);
});

logger("a line break in a message or field stays inside its line", () => {
  const lines = logged((log) => log.info({ a: "x\ny\u2028" }, '1\n{"level":"error"}'));
  assert.is(lines.length, 1);
  assert.is(lines[0]?.split("\n").length, 2);
});

logger("says nothing below its level", () => {
  assert.is(logged((log) => log.info({}, "no"), { logLevel: "warn" }).length, 0);
});

logger("with() adds fields to every line, and leaves the first logger alone", () => {
  const lines = logged((log) => {
    log.with({ run: "1" }).with({ source: "a" }).info({}, "x");
    log.info({}, "y");
  }).map((line) => JSON.parse(line));
  assert.is(`${lines[0].run}${lines[0].source}`, "1a");
  assert.is(lines[1].run, undefined);
});

logger("fields named like the line's own don't replace them", () => {
  const fields = fieldsOf({ level: "x", time: 1, msg: "y" });
  assert.is(fields["level"], "info");
  assert.is(fields["msg"], "m");
  assert.is(fields["level_"], "x");
});

for (const name of ["authorization", "Cookie", "adminToken", "client_secret", "password", "apiKey", "x-api-key"]) {
  logger(`hides the field ${name}`, () => {
    assert.equal(fieldsOf({ a: [{ [name]: "v" }] })["a"], [{ [name]: "[secret]" }]);
  });
}

logger("shows the public id of a token", () => {
  assert.is(fieldsOf({ tokenId: "env-reader" })["tokenId"], "env-reader");
});

const texts: readonly (readonly [string, string])[] = [
  ["sent Bearer abc.DEF-123 to x", "sent Bearer [secret] to x"],
  ["authorization: basic dXNlcjpwYXNz", "authorization: basic [secret]"],
  [`kg_ab12_${"A".repeat(43)} was shown`, "kg_ab12_[secret] was shown"],
  ["libsql://user:pw@db.test/x?authToken=abcdef&a=1", "libsql://[secret]@db.test/x?authToken=[secret]&a=1"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[secret]"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end", "[secret] end"],
  ["-----BEGIN PGP PRIVATE KEY BLOCK-----\nxx\n-----END PGP PRIVATE KEY BLOCK----- end", "[secret] end"],
  // Built here, so that nobody's scanner takes them for real ones.
  [`gh${"p_"}${"Ab1".repeat(12)}`, "[secret]"],
  [`of github${"_pat_"}${"Ab1_".repeat(20)}.`, "of [secret]."],
  [`sk${"_live_"}${"Ab1".repeat(8)}`, "[secret]"],
  [`key AK${"IA"}QWERTYUIOPASDF12, region eu`, "key [secret], region eu"],
  [`xo${"xb-"}1234567890`, "[secret]"],
  [`it is ${canary}!`, "it is [secret]!"],
  ["the tokenizer of src/token.ts has 3 tokens", "the tokenizer of src/token.ts has 3 tokens"],
];
for (const [text, left] of texts) {
  logger(`scrubs ${JSON.stringify(text).slice(0, 40)} in fields and messages`, () => {
    const line = JSON.parse(logged((log) => log.info({ text }, text))[0] ?? "{}");
    assert.is(line.text, left);
    assert.is(line.msg, left);
  });
}

logger("an error is told with its causes, without their secrets and without what a driver hung on it", () => {
  const driver = Object.assign(new Error(`401 for ${canary}`), {
    code: "EAUTH",
    config: { url: "x", auth: "hunter2" },
  });
  const fault = new Fault("unavailable", "the index is away", { cause: new AggregateError([driver], "all failed") });
  const [line = ""] = logged((log) => log.error({ err: fault }, "failed"));
  const { err } = JSON.parse(line);
  assert.is(`${err.type} ${err.code} ${err.message}`, "Fault unavailable the index is away");
  assert.is(err.cause.errors[0].message, "401 for [secret]");
  assert.is(err.cause.errors[0].code, "EAUTH");
  assert.match(err.stack, "logger.test");
  assert.not.match(line, canary);
  assert.not.match(line, "hunter2");
});

logger("odd values are told, not thrown over", () => {
  const cyclic: Record<string, unknown> = { big: 10n, bytes: new Uint8Array(3), map: new Map([["k", new Set([1])]]) };
  cyclic["self"] = cyclic;
  cyclic["bad"] = {
    toJSON: () => {
      throw new Error("no");
    },
  };
  cyclic["secret object"] = new Secret(canary);
  cyclic["held"] = { by: new Secret(canary) };
  cyclic["at"] = new Date(0);
  const fields = fieldsOf(cyclic);
  assert.is(fields["big"], "10");
  assert.is(fields["bytes"], "[3 bytes]");
  assert.equal(fields["map"], { k: [1] });
  assert.is(fields["bad"], "[unreadable]");
  assert.equal(fields["held"], { by: "[secret]" });
  assert.is(fields["at"], "1970-01-01T00:00:00.000Z");
});

logger("a huge field is cut", () => {
  const fields = fieldsOf({ text: "x".repeat(1_000_000), list: Array(10_000).fill(1) });
  assert.ok(JSON.stringify(fields).length < 10_000);
});

logger("wherever a secret is put, no line holds it", async () => {
  const place = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string().map((s) => `${s}${canary}`),
      fc.string().map((s) => new Error(canary, { cause: s })),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constant(canary)), tie("value"), { maxKeys: 3 }),
    ),
  })).value;
  await fc.assert(
    fc.property(place, fc.string(), (value, text) => {
      for (const line of logged((log) => log.with({ value }).error({ value }, `${text}${canary}`))) {
        assert.not.ok(line.includes(canary));
        JSON.parse(line);
      }
    }),
    { numRuns: 60 },
  );
});

logger("pretty lines are for people, and hide the same", () => {
  const text = logged((log) => log.info({ password: "pw-1", n: 1 }, `hello ${canary}`), { logFormat: "pretty" }).join(
    "",
  );
  assert.match(text, /INFO.*hello \[secret\]/);
  assert.match(text, "n: 1");
  assert.not.match(text, "pw-1");
});

logger("lines reach standard output although the process exits at once", () => {
  const program = `
    const { openTelemetry } = await import(${JSON.stringify(new URL(`../../src/telemetry/mod${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`, import.meta.url).href)});
    const options = { logFormat: "json", logLevel: "info", version: "0", runtime: "t", sources: [] };
    const { log } = openTelemetry(options);
    for (let i = 0; i < 500; i++) log.info({ i }, "line");
    process.exit(3);`;
  const args = process.versions["deno"] ? ["eval", program] : ["--input-type=module", "-e", program];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.is(status, 3);
  assert.is(stdout.trim().split("\n").length, 500);
});

logger.run();
