import { ClientError, Status } from "nice-grpc-common";
import type { Clients } from "./clients.ts";

/** What a caller may still spend of one pool; undefined members where the gateway names none: an unlimited class. */
export interface PoolLeft {
  readonly limit: number | undefined;
  readonly left: number | undefined;
  readonly resetSeconds: number | undefined;
}

type Header = { get(key: string): string | Uint8Array | undefined };
type Ask = (options: { onHeader(header: Header): void }) => Promise<unknown>;

/**
 * Asks a running gateway, which says it in every reply's headers: a cheap question of each pool, a point each.
 * @throws ClientError when the gateway can't be asked, or refuses the token
 */
export async function ownQuota({ graph, ingest }: Clients): Promise<Record<"read" | "manage", PoolLeft>> {
  return {
    read: await leftOf((options) => graph.listSubsystems({ pageSize: 1 }, options)),
    manage: await leftOf((options) => ingest.listSources({ pageSize: 1 }, options)),
  };
}

async function leftOf(ask: Ask): Promise<PoolLeft> {
  let header: Header | undefined;
  try {
    await ask({
      onHeader: (received) => {
        header = received;
      },
    });
  } catch (error) {
    // Who has used up all of it is told so in the same headers.
    if (!(error instanceof ClientError) || error.code !== Status.RESOURCE_EXHAUSTED) throw error;
  }
  const number = (key: string) => {
    const value = header?.get(`x-ratelimit-${key}`);
    return value === undefined ? undefined : Number(value);
  };
  return { limit: number("limit"), left: number("remaining"), resetSeconds: number("reset") };
}
