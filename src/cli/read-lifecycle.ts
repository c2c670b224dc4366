import { setTimeout as delay } from "node:timers/promises";
import { ClientError, Status } from "nice-grpc-common";
import { GetLifecycleResponse } from "../../gen/knowledge/v1/ingest_service.ts";
import type { Clients } from "./clients.ts";

/** The contract's page cap. */
const pageSize = 1_000;

/**
 * The lifecycle report of a source as one answer: all of it but for orphans, of which it stops once there are `enough`;
 * `nextPageToken` then says that there are more.
 */
export async function readLifecycle(
  { ingest }: Clients,
  source: string,
  enough: number,
  signal: AbortSignal,
): Promise<GetLifecycleResponse> {
  const page = (pageToken: string) =>
    onceMade(() => ingest.getLifecycle({ source, pageSize, pageToken }, { signal }), signal);
  const all = await page("");
  while (all.nextPageToken !== "" && all.orphanNodeIds.length < enough) {
    const next = await page(all.nextPageToken);
    all.staleDocs.push(...next.staleDocs);
    all.subsystemsWithoutTests.push(...next.subsystemsWithoutTests);
    all.removedPaths.push(...next.removedPaths);
    all.orphanNodeIds.push(...next.orphanNodeIds);
    all.nextPageToken = next.nextPageToken;
  }
  return GetLifecycleResponse.fromPartial(all);
}

/** How often a report that is being made is asked for again: two minutes and more. */
const mostAsked = 15;

/** A report that takes long is made once; the gateway says meanwhile that it is being made. */
async function onceMade<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let asked = 1; ; asked += 1) {
    try {
      return await ask();
    } catch (error) {
      const beingMade =
        error instanceof ClientError && error.code === Status.UNAVAILABLE && /being made/.test(error.details);
      if (!beingMade || asked === mostAsked) throw error;
      await delay(1_000, undefined, { signal });
    }
  }
}
