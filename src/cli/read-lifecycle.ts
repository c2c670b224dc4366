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
  const all = await ingest.getLifecycle({ source, pageSize }, { signal });
  while (all.nextPageToken !== "" && all.orphanNodeIds.length < enough) {
    const page = await ingest.getLifecycle({ source, pageSize, pageToken: all.nextPageToken }, { signal });
    all.staleDocs.push(...page.staleDocs);
    all.subsystemsWithoutTests.push(...page.subsystemsWithoutTests);
    all.removedPaths.push(...page.removedPaths);
    all.orphanNodeIds.push(...page.orphanNodeIds);
    all.nextPageToken = page.nextPageToken;
  }
  return GetLifecycleResponse.fromPartial(all);
}
