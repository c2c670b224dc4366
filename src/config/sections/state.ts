import { serverToken, serverUrl } from "../libsql-server.ts";
import { absolute, duration, path } from "../parsers.ts";
import type { Problems } from "../problems.ts";
import type { Secret } from "../secret.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface StateConfig {
  /** Absolute. */
  readonly path: string;
  readonly generationGraceMs: number;
  /** undefined: a file in the state directory. */
  readonly url: string | undefined;
  readonly token: Secret | undefined;
}

export const stateVariables = {
  path: variable({
    name: "KM_STATE_PATH",
    summary: "Folder of the index, job state and audit ledger; created when missing.",
    default: "./.gateway",
    reason: "Beside what it describes while developing; the container image sets /opt/knowledge/var.",
    parser: path,
  }),
  generationGrace: variable({
    name: "KM_GENERATION_GRACE",
    summary: "How long a superseded generation stays readable for pages already begun.",
    default: "10m",
    reason: "Longer than an agent takes from one page to the next, and short enough that old rows do not pile up.",
    parser: duration("0s", "1d"),
  }),
  url: optional({
    name: "KM_STATE_URL",
    summary: "A libSQL server that keeps job state, leases and schedules for several gateways.",
    unset: "a file in the state directory",
    reason:
      "It is for gateways that share Qdrant and Neo4j too; the embedded stores have one owner, so they refuse it.",
    parser: serverUrl,
  }),
  token: optional({
    name: "KM_STATE_TOKEN",
    summary: "What the server of KM_STATE_URL wants as its token.",
    unset: "none is sent",
    reason: "A token is the operator's to make.",
    parser: serverToken,
  }),
};

/** `embedded` names the stores that only this gateway has. */
export function stateConfig(
  values: Values<typeof stateVariables>,
  cwd: string,
  embedded: readonly string[],
  problems: Problems,
): StateConfig {
  const { path: folder, generationGrace, url, token } = values;
  // What is served would be named by one gateway's state and held by another's stores.
  if (url !== undefined && embedded.length > 0) {
    const beside = `${embedded.join(" and ")}, which ${embedded.length > 1 ? "have" : "has"} one owner`;
    const why = `shared job state beside ${beside}, would serve what is not there`;
    const way = "set KM_CHUNK_INDEX=qdrant and KM_GRAPH_STORE=neo4j";
    problems.add("KM_STATE_URL", `${why}; ${way}, or unset it (job state is then a file under KM_STATE_PATH)`);
  }
  return { path: absolute(folder, cwd), generationGraceMs: generationGrace, url, token };
}
