import type { CallContext } from "nice-grpc-common";
import type { IngestServiceImplementation } from "../../../../gen/knowledge/v1/ingest_service.ts";
import {
  chooseRevisions,
  invalid,
  openPage,
  type PageScope,
  type Principal,
  pageSize,
  type Revision,
  revisionsOfPage,
  sealPage,
} from "../../../domain/mod.ts";
import type { CallExtension, Sources, State } from "../../../ports/mod.ts";
import { servedRevision } from "../coverage/write-report.ts";
import { toDate, toRevision } from "../wire.ts";
import { type Position, pageOf } from "./page.ts";
import { type LifecycleParts, LifecycleReports } from "./reports.ts";

export interface LifecycleServiceParts extends Omit<LifecycleParts, "state"> {
  readonly sources: Sources;
  readonly state: Pick<State, "pageKey" | "revisions">;
}

type Handlers = Pick<IngestServiceImplementation<CallExtension>, "getLifecycle">;

interface Packed extends Position {
  readonly generation: number;
}

const defaultPage = 50;
/** As of coverage: ids and paths are small. */
const pageCap = 1_000;

/** The lifecycle part of IngestService. A source that the caller may not see does not exist for them. */
export function lifecycleHandlers(parts: LifecycleServiceParts): Handlers {
  const { sources, state } = parts;
  const reports = new LifecycleReports(parts);

  /** What is served, or what the pages before this one read. */
  async function open(source: string, scope: PageScope, token: string, principal: Principal) {
    const { pageKey, revisions } = state;
    if (token !== "") {
      const { generation, ...position } = (await openPage(pageKey, scope, token)) as Packed;
      const [revision] = revisionsOfPage([{ source, generation }], principal, (at) => revisions.readable(at));
      return { revision: revision as Revision, position };
    }
    const configured = sources.all().map(({ name }) => name);
    const { revisions: chosen } = chooseRevisions([source], new Map(), principal, revisions.served(), configured);
    return { revision: chosen[0] ?? servedRevision(parts, source), position: { found: 0, orphans: 0 } };
  }

  return {
    async getLifecycle({ source, pageSize: size, pageToken }, { principal, signal }: CallContext & CallExtension) {
      if (source === "") throw invalid("source", "is empty; ListSources names those there are");
      const limit = pageSize(size, defaultPage, pageCap);
      const scope = { method: "GetLifecycle", args: { source }, principal: principal.tokenId };
      const { revision, position } = await open(source, scope, pageToken, principal);
      const report = await reports.of(revision, principal, signal);
      const found = pageOf(report, position.found, limit);
      const room = limit - (found.to - position.found);
      const orphans = found.last ? await reports.orphans(revision, report, position.orphans, room, signal) : undefined;
      const packed: Packed = { generation: revision.generation, found: found.to, orphans: orphans?.next ?? 0 };
      const more = orphans === undefined || orphans.next !== undefined;
      return {
        generatedAt: toDate(report.generatedAt),
        revision: toRevision(revision),
        staleDocs: found.stale.map(({ path, updatedAt, changed }) => ({
          path,
          docUpdatedAt: toDate(updatedAt),
          changedPaths: [...changed],
        })),
        subsystemsWithoutTests: [...found.untested],
        removedPaths: [...found.removed],
        orphanNodeIds: [...(orphans?.ids ?? [])],
        nextPageToken: more ? await sealPage(state.pageKey, scope, packed) : "",
      };
    },
  };
}
