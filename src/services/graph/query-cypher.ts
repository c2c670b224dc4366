import { aborted, Fault, invalid, type NewAuditEntry, type Principal } from "../../domain/mod.ts";
import type { AuditLedger, CypherAnswer, CypherQueries, CypherQuestion } from "../../ports/mod.ts";

/** What a statement of a caller's own needs: a store that takes it, and a ledger that remembers it. */
export interface CypherPorts {
  readonly cypher: CypherQueries | undefined;
  readonly ledger: AuditLedger | undefined;
}

interface Call {
  readonly principal: Principal;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

const about = { metadata: { method: "QueryCypher" } };

/**
 * Runs a caller's statement, and has the ledger say so before and after: who, the statement, the parameters' names
 * (their values may be anything), and what became of it.
 */
export async function queryCypher<Request>(
  { cypher, ledger }: CypherPorts,
  { principal, requestId, signal }: Call,
  request: Request,
  toQuestion: (request: Request) => CypherQuestion,
): Promise<CypherAnswer> {
  if (principal.sources !== undefined)
    throw new Fault("forbidden", "QueryCypher sees every source, and your token is limited to some", about);
  if (cypher === undefined || ledger === undefined)
    throw new Fault(
      "unimplemented",
      "QueryCypher is not served here: it needs the graph on Neo4j (KM_GRAPH_STORE=neo4j; the embedded one has no Cypher) and KM_GRAPH_CYPHER=on",
      about,
    );
  const question = toQuestion(request);
  const { tokenId, name, scope, peer } = principal;
  const entry: Omit<NewAuditEntry, "outcome" | "details" | "startedSequence"> = {
    kind: "cypher-query",
    actor: { tokenId, name, scope, peer },
    requestId,
    source: "",
    run: undefined,
  };
  const parameters = Object.keys(question.parameters).sort().join(", ");
  const details = { statement: question.statement, parameters, limit: String(question.limit) };
  const begun = await ledger.append({ ...entry, outcome: "started", details, startedSequence: 0 }, signal);
  /** Not the call's signal: how a cancelled statement ended is written down too. */
  const close = (outcome: NewAuditEntry["outcome"], said: Readonly<Record<string, string>>) =>
    ledger.append(
      { ...entry, outcome, details: said, startedSequence: begun.sequence },
      AbortSignal.timeout(closingMs),
    );
  let answer: CypherAnswer;
  try {
    answer = await cypher.query(question, signal);
  } catch (error) {
    const fault = signal.aborted ? aborted(signal) : error;
    // A ledger that is away by now hides nothing: the entry it has is closed at the next start.
    await close(outcomeOf(fault), told(fault)).catch(() => {});
    throw fault;
  }
  await close("succeeded", { rows: String(answer.rows.length), truncated: String(answer.truncated) });
  return answer;
}

/** How long the closing entry may take, ms: an append takes milliseconds, behind a busy disk a second. */
const closingMs = 5_000;

function outcomeOf(error: unknown): NewAuditEntry["outcome"] {
  if (!(error instanceof Fault)) return "failed";
  if (error.code === "cancelled") return "cancelled";
  return error.reason === "CYPHER_REFUSED" ? "refused" : "failed";
}

function told(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof Fault) return { reason: error.reason, message: error.message };
  return { reason: "INTERNAL", message: "an unexpected error; the gateway's log has it under this request's id" };
}

/** Bytes of `parameters_json`: lists of ids fit; data is not brought along. */
const mostParameterBytes = 65_536;
const deepestParameter = 20;

/** @throws Fault `invalid` */
export function parametersOf(json: string): Readonly<Record<string, unknown>> {
  const field = "parameters_json";
  if (json === "") return {};
  if (json.length > mostParameterBytes)
    throw invalid(field, `must not be longer than ${mostParameterBytes} characters`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid(field, 'is not JSON; such as {"name": "harbour"}');
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(field, 'must be a JSON object of parameters by name, such as {"name": "harbour"}');
  if (depthOf(value) > deepestParameter)
    throw invalid(field, `must not have more than ${deepestParameter} lists and objects within each other`);
  return value as Record<string, unknown>;
}

/** Level by level: it may be as deep as its length allows. */
function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = [value]; level.length > 0; depth += 1)
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  return depth;
}
