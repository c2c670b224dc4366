import process from "node:process";
import type { Command } from "commander";
import { ClientError, Status } from "nice-grpc-common";
import { environment, readConfig } from "../config/mod.ts";
import { classLimits, type Principal, quotaClass } from "../domain/mod.ts";
import type { Quota } from "../ports/mod.ts";
import type { TlsFlags } from "./client-tls.ts";
import { connect } from "./connect.ts";
import { exitCode } from "./exit-code.ts";
import { type Output, standardOutput, table } from "./output.ts";
import { ownQuota } from "./own-quota.ts";
import { printable } from "./printable.ts";
import { readServing } from "./serving.ts";
import { openTokenDesk } from "./token-desk.ts";

type Config = ReturnType<typeof readConfig>;

export function addQuotaCommands(parent: Command): void {
  parent
    .command("quota")
    .description("who may spend how much")
    .command("show")
    .description(
      "classes, whose they are, what is left of KM_TOKEN's, or of all where Redis counts, and what was refused; " +
        "with --address, what is left of KM_TOKEN's there",
    )
    .action(async (_flags: unknown, command: Command) => {
      const {
        json = false,
        address,
        ...tls
      } = command.optsWithGlobals<TlsFlags & { json?: boolean; address?: string }>();
      const output = standardOutput(json);
      if (address !== undefined) await showOwn(address, tls, output);
      else await show(readConfig(), tls, output);
      process.exitCode = exitCode.ok;
    });
}

/** What the running gateway says of the caller's own quota. */
async function showOwn(address: string | undefined, tls: TlsFlags, output: Output): Promise<void> {
  const clients = await connect({ address, env: environment(), tls });
  try {
    const { read, manage } = await ownQuota(clients);
    const json = ({ limit, left, resetSeconds }: typeof read) => ({
      limit: limit ?? null,
      left: left ?? null,
      reset_seconds: resetSeconds ?? null,
    });
    if (output.json) {
      output.out(JSON.stringify({ gateway: clients.address, own: { read: json(read), manage: json(manage) } }));
      return;
    }
    const row = (name: string, { limit, left, resetSeconds }: typeof read) =>
      limit === undefined ? [name, "unlimited", "-", "-"] : [name, `${left}`, `${limit}`, `${resetSeconds} s`];
    output.out(`yours at ${clients.address}, after the point that each answer cost:`);
    output.out(table([["POOL", "LEFT", "OF", "WINDOW ENDS IN"], row("read", read), row("manage", manage)]));
  } finally {
    await clients.closed();
  }
}

interface Row {
  readonly tokenId: string;
  readonly name: string;
  readonly quotaClass: string;
  readonly readLeft: number | undefined;
  readonly manageLeft: number | undefined;
}

async function show(config: Config, tls: TlsFlags, output: Output): Promise<void> {
  const { quota } = config;
  const rows = await callers(config, output);
  const refused = await refusals(config);
  if (output.json) {
    for (const { tokenId, name, quotaClass: of, readLeft, manageLeft } of rows) {
      const left = { read_left: readLeft ?? null, manage_left: manageLeft ?? null };
      output.out(JSON.stringify({ token_id: tokenId, name, quota_class: of, ...left }));
    }
    if (quota.redisUrl === undefined) await ownInMemory(config, tls, output);
    return;
  }
  const names = ["default", ...quota.classes.map(({ name }) => name)];
  const classes = names.map((name) => {
    const { read, manage } = classLimits(quota, name);
    return [name, `${read.points}`, `${read.burst}`, `${manage.points}`, `${read.windowMs / 1_000} s`];
  });
  output.out(table([["CLASS", "READ", "BURST", "MANAGE", "WINDOW"], ...classes, ["unlimited", "-", "-", "-", "-"]]));
  if (rows.length > 0) {
    const left = (points: number | undefined) => (points === undefined ? "-" : String(points));
    const lines = rows.map((row) => [
      row.tokenId,
      printable(row.name),
      row.quotaClass,
      left(row.readLeft),
      left(row.manageLeft),
    ]);
    output.out("");
    output.out(table([["TOKEN", "NAME", "CLASS", "READ LEFT", "MANAGE LEFT"], ...lines]));
  }
  if (quota.redisUrl === undefined) await ownInMemory(config, tls, output);
  if (refused !== undefined) output.err(`refused for their quota since the gateway started: ${refused} calls`);
}

/**
 * Where a gateway counts in its memory, nobody but it knows what is left, and it tells each caller of their own alone:
 * the contract has no call for others'.
 */
async function ownInMemory({ state }: Config, tls: TlsFlags, output: Output): Promise<void> {
  output.err(
    "counted in each gateway's memory, which tells every caller of their own quota only (KM_REDIS_URL shares it)",
  );
  if (readServing(state.path) === undefined) {
    output.err("no gateway runs on this state directory: nothing is spent here");
    return;
  }
  try {
    await showOwn(undefined, tls, output);
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== Status.UNAUTHENTICATED) throw error;
    output.err("set KM_TOKEN to a token to see what is left of its quota");
  }
}

/** Those who can spend anything: the tokens of the environment, and the live ones of the store. */
async function callers(config: Config, output: Output): Promise<Row[]> {
  const desk = await openTokenDesk(config, AbortSignal.timeout(30_000));
  const stored = await desk.list().finally(() => desk.close());
  const live = stored.filter(
    ({ revokedAt, expiresAt }) => revokedAt === 0 && (expiresAt === 0 || expiresAt > Date.now()),
  );
  const known = [
    ...(config.tokens.readerToken ? [{ id: "env-reader", name: "KM_READER_TOKEN", quotaClass: "default" }] : []),
    ...(config.tokens.adminToken ? [{ id: "env-admin", name: "KM_ADMIN_TOKEN", quotaClass: "default" }] : []),
    ...live,
  ];
  const url = config.quota.redisUrl?.reveal();
  const shared =
    url === undefined
      ? undefined
      : (await import("../adapters/redis/mod.ts")).redisQuota({ url, limits: config.quota });
  try {
    if (shared !== undefined && !(await reachable(shared))) output.err("the Redis of KM_REDIS_URL does not answer");
    const rows: Row[] = [];
    for (const { id, name, quotaClass: asked } of known) {
      const of = asked === "unlimited" ? asked : quotaClass(config.quota, { quotaClass: asked });
      const left = (pool: "read" | "manage") => leftOf(shared, { tokenId: id, name, quotaClass: of }, pool);
      rows.push({ tokenId: id, name, quotaClass: of, readLeft: await left("read"), manageLeft: await left("manage") });
    }
    return rows;
  } finally {
    await shared?.close();
  }
}

async function leftOf(
  shared: Quota | undefined,
  who: Pick<Principal, "tokenId" | "name" | "quotaClass">,
  pool: "read" | "manage",
): Promise<number | undefined> {
  if (shared === undefined || who.quotaClass === "unlimited") return undefined;
  const principal: Principal = { ...who, scope: "reader", sources: undefined, peer: "" };
  const decision = await shared.take(principal, pool, 0, AbortSignal.timeout(2_000)).catch(() => undefined);
  return decision?.remaining;
}

/** Waits for the connection, two seconds at most. */
async function reachable(shared: Quota): Promise<boolean> {
  const nobody: Principal = {
    tokenId: "",
    name: "",
    scope: "reader",
    sources: undefined,
    quotaClass: "default",
    peer: "",
  };
  const giveUp = Date.now() + 2_000;
  while (Date.now() < giveUp) {
    const answer = await shared.take(nobody, "read", 0, AbortSignal.timeout(2_000)).catch(() => undefined);
    if (answer !== undefined) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** What the running gateway's counters say; undefined when none runs here. */
async function refusals({ state, sidecar }: Config): Promise<number | undefined> {
  const serving = readServing(state.path);
  if (serving === undefined) return undefined;
  try {
    const headers = sidecar.token === undefined ? {} : { authorization: `Bearer ${sidecar.token.reveal()}` };
    const signal = AbortSignal.timeout(2_000);
    const reply = await fetch(`http://${serving.metricsAddress}/metrics`, { headers, signal });
    if (!reply.ok) return undefined;
    const lines = (await reply.text()).split("\n").filter((line) => line.startsWith("km_quota_refusals_total{"));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
  } catch {
    return undefined;
  }
}
