import type { Plan, ResultSummary } from "neo4j-driver";
import { Fault } from "../../../domain/mod.ts";
import type { Allowed } from "./scan.ts";
import { refused } from "./tokens.ts";

/**
 * What the server does beyond reading, by how it names the step. Its own word for reading is not enough: LOAD CSV,
 * SHOW SETTINGS and TERMINATE TRANSACTIONS all count as such.
 */
const doing =
  /^(LoadCSV|Show|Terminate|Transaction(Apply|Foreach)|Administration|Create|Merge|Insert|Delete|DetachDelete|Set(Property|Properties|Labels?|Node|Relationship|Dynamic)|Remove|Foreach|Drop|Alter|Start|Stop)/i;

/** The second guard: what the server says it would do. @throws Fault `invalid` when that is more than reading */
export function onlyReads({ queryType, plan }: ResultSummary, allowed: Allowed): void {
  if (queryType !== "r") throw refused("the database says that it does more than read; only reading is done here");
  if (plan === false) throw new Fault("internal", "Neo4j did not explain the statement: it was not run");
  walk(plan, allowed);
}

function walk({ operatorType, arguments: about, children }: Plan, allowed: Allowed): void {
  const [step = ""] = operatorType.split("@");
  if (/procedure/i.test(step)) {
    const [, name = step] = /^\s*([^\s(]+)\(/.exec(String((about as Record<string, unknown>)["Details"] ?? "")) ?? [];
    if (!allowed.has(name)) throw refused(`calls ${name}, which KM_GRAPH_CYPHER_ALLOW does not name`);
  } else if (doing.test(step)) throw refused(`the database would do more than read (${step})`);
  for (const child of children) walk(child, allowed);
}
