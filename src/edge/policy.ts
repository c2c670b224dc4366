import { readdir } from "node:fs/promises";
import { load } from "@grpc/proto-loader";
import type { Scope } from "../domain/mod.ts";
import type { QuotaPool } from "../ports/mod.ts";
import { projectFile } from "../runtime/mod.ts";

/** What the contract says of a method: who may call it, what it costs, whether the ledger records it. */
export interface MethodPolicy {
  /** undefined: no token needed. */
  readonly scope: Scope | undefined;
  /** Quota points; 0 takes none. */
  readonly cost: number;
  readonly audited: boolean;
  readonly pool: QuotaPool;
}

/** By full path: "/knowledge.v1.SearchService/Search". */
export type Policies = ReadonlyMap<string, MethodPolicy>;

const scopes = new Map<unknown, Scope>([
  ["SCOPE_READER", "reader"],
  ["SCOPE_MAINTAINER", "maintainer"],
]);

const pools = new Map<string, QuotaPool>([
  ["SearchService", "read"],
  ["GraphService", "read"],
  ["IngestService", "manage"],
  ["AuditService", "manage"],
]);

/**
 * Reads the `(policy)` options from the .proto files themselves: loaded from a descriptor set they are lost, and
 * the generated code holds them as unknown bytes only.
 * @param protoRoot absolute path of the folder that imports are relative to, with a slash at its end
 * @throws Error naming every knowledge.v1 method without a whole policy.
 */
export async function loadPolicies(protoRoot: string = projectFile("proto/")): Promise<Policies> {
  const files = (await readdir(`${protoRoot}knowledge/v1`)).filter((name) => name.endsWith(".proto")).sort();
  const loaded = await load(
    files.map((name) => `knowledge/v1/${name}`),
    { includeDirs: [protoRoot] },
  );
  const policies = new Map<string, MethodPolicy>();
  const lacking: string[] = [];
  for (const [service, definition] of Object.entries(loaded)) {
    if ("format" in definition || !service.startsWith("knowledge.v1.")) continue;
    const pool = pools.get(service.slice("knowledge.v1.".length));
    for (const method of Object.values(definition)) {
      const policy = pool && parsePolicy((method.options as Record<string, unknown> | undefined)?.["(policy)"], pool);
      if (policy) policies.set(method.path, Object.freeze(policy));
      else lacking.push(method.path);
    }
  }
  if (lacking.length > 0) {
    throw new Error(
      `no (policy) with scope and cost in the contract for ${lacking.join(", ")}: ` +
        "add `option (policy) = {scope: …, cost: …};` to the method, and its service to a quota pool in edge/policy.ts",
    );
  }
  if (policies.size === 0) throw new Error(`no knowledge.v1 service found under ${protoRoot}`);
  return policies;
}

function parsePolicy(raw: unknown, pool: QuotaPool): MethodPolicy | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { scope, cost, audited } = raw as Record<string, unknown>;
  const known = scopes.get(scope);
  if (known === undefined || typeof cost !== "number" || !Number.isSafeInteger(cost) || cost < 1) return undefined;
  return { scope: known, cost, audited: audited === true, pool };
}
