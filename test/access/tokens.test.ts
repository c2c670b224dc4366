import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createChannel, createClient } from "nice-grpc";
import { type CallOptions, ClientError, Metadata, Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HealthDefinition, HealthCheckResponse_ServingStatus as Serving } from "../../gen/grpc/health/v1/health.ts";
import { AuditKind, AuditOutcome } from "../../gen/knowledge/v1/audit_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import {
  type Ended,
  type GatewayProcess,
  ingest,
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

// Of the twenty checks: 8.

const test = suite("tokens: issued, rotated and revoked beside a running gateway");

const repo = makeRepo({ "one.md": "# One\n\nThe first page.\n" });
repo.commit();
test.after(() => repo.remove());

/** How long a gateway may go on without knowing of a change, ms. */
const promise = 500;

interface Made {
  readonly id: string;
  readonly token: string;
}

async function token(gateway: GatewayProcess, ...args: string[]): Promise<Ended> {
  return runCommand(["token", ...args, "--json"], { statePath: gateway.statePath });
}

async function made(gateway: GatewayProcess, ...args: string[]): Promise<Made> {
  const ended = await token(gateway, ...args);
  assert.is(ended.code, 0, ended.stderr);
  return JSON.parse(ended.stdout) as Made;
}

async function statusOf(clients: Clients, options: CallOptions = {}): Promise<Status> {
  try {
    await clients.ingest.listSources({}, options);
    return Status.OK;
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
}

/** Asks until the answer is the one wanted; returns how long that took, ms. */
async function until(wanted: Status, gateway: GatewayProcess, text?: string): Promise<number> {
  // Who asks this often is kept waiting for refusals, but no longer than his deadline lets him.
  const soon = { "grpc-timeout": "250m", ...(text === undefined ? {} : { authorization: `Bearer ${text}` }) };
  const clients = gateway.clients();
  const began = performance.now();
  while ((await statusOf(clients, { metadata: Metadata(soon) })) !== wanted) {
    const waited = performance.now() - began;
    if (waited > 10_000) throw new Error(`still not ${Status[wanted]} after ${waited} ms`);
  }
  return performance.now() - began;
}

/** These tests ask without pause until a token is known: at an address that guesses they would be refused as guessers. */
const asksOften = { KM_AUTH_FAILURES: "0" };

test("the life of a token", async () => {
  const gateway = await startGatewayProcess({ sources: { docs: repo.root }, env: asksOften });
  try {
    const nobody = gateway.clients();
    assert.is(await statusOf(nobody), Status.OK, "on loopback, without a token, all is open");

    const admin = await made(gateway, "issue", "operator", "--scope", "maintainer");
    assert.ok((await until(Status.UNAUTHENTICATED, gateway)) < promise, "the first token turns authentication on");
    const operator = gateway.clients(admin.token);
    assert.is(await statusOf(operator), Status.OK);
    await ingest(operator);

    const reader = await made(gateway, "issue", "reader", "--source", "docs", "--expires", "30m");
    const reading = gateway.clients(reader.token);
    assert.ok((await until(Status.OK, gateway, reader.token)) < promise);
    try {
      await reading.ingest.listIngestRuns({});
      assert.unreachable();
    } catch (error) {
      assert.is((error as ClientError).code, Status.PERMISSION_DENIED);
    }

    const rotated = await made(gateway, "rotate", "reader");
    assert.is(rotated.id, reader.id);
    assert.ok((await until(Status.OK, gateway, rotated.token)) < promise);
    assert.is(await statusOf(reading), Status.UNAUTHENTICATED, "the former text is over");

    const told = await token(gateway, "revoke", reader.id);
    assert.is(told.code, 0, told.stderr);
    assert.ok((await until(Status.UNAUTHENTICATED, gateway, rotated.token)) < promise);

    const twice = await token(gateway, "rotate", reader.id);
    assert.is(twice.code, 1);
    assert.match(twice.stderr, /revoked; issue a new one/);
    assert.is((await token(gateway, "revoke", "nobody")).code, 2);

    const { entries } = await operator.audit.listEntries({ pageSize: 100 });
    const words = entries
      .filter(({ kind }) => kind !== AuditKind.AUDIT_KIND_INGEST_RUN && kind !== AuditKind.AUDIT_KIND_ACCESS_REFUSED)
      .filter(({ kind }) => kind !== AuditKind.AUDIT_KIND_COVERAGE_REPORT)
      .map(({ kind, outcome }) => `${kind}:${outcome}`)
      .reverse();
    const { AUDIT_KIND_TOKEN_ISSUED: issued, AUDIT_KIND_TOKEN_ROTATED: rotation } = AuditKind;
    const { AUDIT_KIND_TOKEN_REVOKED: revoked } = AuditKind;
    const {
      AUDIT_OUTCOME_STARTED: started,
      AUDIT_OUTCOME_SUCCEEDED: done,
      AUDIT_OUTCOME_FAILED: failed,
    } = AuditOutcome;
    assert.equal(words, [
      `${issued}:${started}`,
      `${issued}:${done}`,
      `${issued}:${started}`,
      `${issued}:${done}`,
      `${rotation}:${started}`,
      `${rotation}:${done}`,
      `${revoked}:${started}`,
      `${revoked}:${done}`,
      `${rotation}:${started}`,
      `${rotation}:${failed}`,
    ]);
    assert.is((await operator.audit.verifyLedger({})).intact, true);

    const ended = await gateway.stop();
    assert.is(ended.code, 0, ended.stderr);
    const listed = await token(gateway, "list");
    const tokens = listed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(
      tokens.map(({ id, state, sources, scope }) => ({ id, state, sources, scope })),
      [
        { id: admin.id, state: "live", sources: null, scope: "maintainer" },
        { id: reader.id, state: "revoked", sources: ["docs"], scope: "reader" },
      ],
    );
    assert.match(String(tokens[0]?.["last_used"]), /:00\.000Z$/, "to the minute");

    // Nothing that was written down opens anything: digests only.
    const secrets = [admin, reader, rotated].map((one) => one.token.slice(-43));
    for (const file of ["state.db", "state.db-wal", join("audit", "ledger.db"), join("audit", "ledger.db-wal")]) {
      const bytes = readIfThere(join(gateway.statePath, file));
      for (const secret of secrets) assert.is(bytes.includes(secret), false, file);
    }
    for (const secret of secrets) assert.is(`${ended.stdout}${ended.stderr}`.includes(secret), false);
  } finally {
    await gateway.stop();
  }
});

test("a stream ends when its token does", async () => {
  const gateway = await startGatewayProcess({ sources: { docs: repo.root }, env: asksOften });
  try {
    const admin = await made(gateway, "issue", "watcher", "--scope", "maintainer");
    const clients = gateway.clients(admin.token);
    // Until the gateway knows of its first token everybody is let in, and a stream would be nobody's.
    await until(Status.UNAUTHENTICATED, gateway);
    await until(Status.OK, gateway, admin.token);
    const ended = (async () => {
      try {
        for await (const _ of clients.audit.watchEntries({})) void token(gateway, "revoke", admin.id);
        return "ended";
      } catch (error) {
        return Status[(error as ClientError).code];
      }
    })();
    await token(gateway, "revoke", admin.id);
    assert.is(await ended, "UNAUTHENTICATED");
  } finally {
    await gateway.stop();
  }
});

test("a stream that was let in without a token ends when the first token comes to be; a probe's does not", async () => {
  const gateway = await startGatewayProcess({ sources: { docs: repo.root } });
  const channel = createChannel(gateway.address);
  try {
    const statuses = createClient(HealthDefinition, channel).watch({ service: "" })[Symbol.asyncIterator]();
    assert.is((await statuses.next()).value?.status, Serving.SERVING);
    // Far longer than it takes, so that a stream that goes on fails the test instead of holding it.
    const signal = AbortSignal.timeout(60_000);
    const following = gateway.clients().audit.watchEntries({}, { signal })[Symbol.asyncIterator]();
    // An entry is told: the stream is open.
    await ingest(gateway.clients());
    await following.next();
    await made(gateway, "issue", "operator", "--scope", "maintainer");
    const ended = (async () => {
      for (;;) if ((await following.next()).done) return "ended";
    })().catch((error: ClientError) => Status[error.code]);
    assert.is(await ended, "UNAUTHENTICATED");
    const next = statuses.next().then(({ value }) => value?.status);
    gateway.signal("SIGTERM");
    assert.is(await next, Serving.NOT_SERVING, "the probe's stream went on");
  } finally {
    channel.close();
    await gateway.stop();
  }
});

test("where tokens are wanted, a stored maintainer's token is enough to start", async () => {
  const statePath = temporaryFolder();
  const needs = { KM_AUTH_ENABLED: "on" };
  const refused = await runCommand(["serve"], { statePath, env: needs });
  assert.is(refused.code, 1);
  assert.match(refused.stderr, /KM_ADMIN_TOKEN is needed.*gateway token issue/);
  const issued = await runCommand(["token", "issue", "operator", "--scope", "maintainer"], { statePath, env: needs });
  assert.is(issued.code, 0, issued.stderr);
  const gateway = await startGatewayProcess({ statePath, env: needs, sources: { docs: repo.root } });
  try {
    assert.is(await statusOf(gateway.clients()), Status.UNAUTHENTICATED);
    assert.is(await statusOf(gateway.clients(issued.stdout.trim())), Status.OK);
  } finally {
    await gateway.stop();
  }
});

test("what makes no sense is refused, and issues nothing", async () => {
  const statePath = temporaryFolder();
  const cases = [
    ["issue", ""],
    ["issue", "x".repeat(65)],
    ["issue", "x", "--class", "golden"],
    ["issue", "x", "--expires", "0d"],
    ["issue", "x", "--source", "../etc"],
    ["issue", "x", "--address", "127.0.0.1:1"],
  ];
  for (const args of cases) assert.is((await runCommand(["token", ...args], { statePath })).code, 2, args.join(" "));
  const listed = await runCommand(["token", "list"], { statePath });
  assert.is(listed.stdout, "");
  assert.match(listed.stderr, /no tokens/);
});

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

test.run();
