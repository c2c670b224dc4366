import { suite } from "uvu";
import * as assert from "uvu/assert";
import { QueryCypherRequest, QueryCypherResponse } from "../../../gen/knowledge/v1/graph_service.ts";
import { manualClock, memoryAuditLedger } from "../../../src/adapters/memory/mod.ts";
import { type AuditEntry, Fault, insider, type Principal } from "../../../src/domain/mod.ts";
import type { AuditLedger, CypherAnswer, CypherQuestion } from "../../../src/ports/mod.ts";
import { graphHandlers } from "../../../src/services/graph/mod.ts";
import { context, never } from "../search/fixture.ts";
import { bench, limitedTo } from "./fixture.ts";

const test = suite("QueryCypher: who, what is written down, and what is handed on");

const maintainer: Principal = { ...insider("command"), tokenId: "keeper" };

function table(work: (question: CypherQuestion) => Promise<CypherAnswer>, ledger?: AuditLedger) {
  const { ports } = bench();
  const clock = manualClock();
  const kept = ledger ?? memoryAuditLedger(clock);
  const asked: CypherQuestion[] = [];
  const cypher = {
    query(question: CypherQuestion) {
      asked.push(question);
      return work(question);
    },
  };
  const handlers = graphHandlers({ ...ports, store: { ...ports.store, cypher }, ledger: kept });
  return {
    asked,
    async call(request: object, principal = maintainer) {
      const handler = handlers.queryCypher as (request: object, context: object) => Promise<object>;
      const answer = await handler(QueryCypherRequest.fromPartial(request), context(principal));
      return QueryCypherResponse.fromPartial(answer);
    },
    entries: async (): Promise<readonly AuditEntry[]> => kept.read(0, 100, undefined, never),
  };
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, Fault);
    return error as Fault;
  }
  return assert.unreachable("it was not refused") as never;
}

const one: CypherAnswer = { columns: ["n"], rows: ["[1]"], truncated: true };

test("hands the question on, typed and limited, and the answer back", async () => {
  const it = table(async () => one);
  const answer = await it.call({ query: "RETURN $n AS n", parametersJson: '{"n": 1}' });
  assert.equal(it.asked, [{ statement: "RETURN $n AS n", parameters: { n: 1 }, limit: 100 }]);
  assert.equal([answer.columns, answer.rowsJson, answer.truncated], [["n"], ["[1]"], true]);
});

test("the ledger has the statement before it runs, and what became of it", async () => {
  const it = table(async () => one);
  await it.call({ query: "RETURN $secret AS n", parametersJson: '{"secret": "hunter2"}', limit: 7 });
  const [begun, ended] = await it.entries();
  assert.equal([begun?.kind, begun?.outcome, begun?.actor.tokenId], ["cypher-query", "started", "keeper"]);
  assert.equal(begun?.details, { statement: "RETURN $secret AS n", parameters: "secret", limit: "7" });
  assert.equal([ended?.outcome, ended?.startedSequence], ["succeeded", begun?.sequence]);
  assert.equal(ended?.details, { rows: "1", truncated: "true" });
  assert.not.match(JSON.stringify(await it.entries()), "hunter2");
});

test("refused, failed and cancelled statements are in the ledger as such", async () => {
  const ends: [Error, string][] = [
    [new Fault("invalid", "query: no", { reason: "CYPHER_REFUSED" }), "refused"],
    [new Fault("deadline", "too slow"), "failed"],
    [new Fault("cancelled", "gone"), "cancelled"],
    [new TypeError("ours"), "failed"],
  ];
  for (const [error, outcome] of ends) {
    const it = table(() => Promise.reject(error));
    let seen: unknown;
    await it.call({ query: "RETURN 1" }).catch((thrown: unknown) => {
      seen = thrown;
    });
    assert.is(seen, error);
    const entries = await it.entries();
    assert.equal(
      entries.map((entry) => entry.outcome),
      ["started", outcome],
    );
    assert.not.match(JSON.stringify(entries), "ours");
  }
});

test("what can't be written down is not run", async () => {
  const away = memoryAuditLedger(manualClock());
  const ledger = { ...away, append: () => Promise.reject(new Fault("unavailable", "the ledger is away")) };
  const it = table(async () => one, ledger);
  assert.is((await faultOf(it.call({ query: "RETURN 1" }))).code, "unavailable");
  assert.equal(it.asked, []);
});

test("a token limited to sources is refused before all else, even where it is not served", async () => {
  const it = table(async () => one);
  assert.is((await faultOf(it.call({ query: "" }, limitedTo("a")))).code, "forbidden");
  assert.equal(await it.entries(), []);
});

test("what is wrong with a request is named, and neither run nor written down", async () => {
  const it = table(async () => one);
  const deep = `{"a": ${"[".repeat(21)}${"]".repeat(21)}}`;
  const wrong: [string, object][] = [
    ["query", {}],
    ["query", { query: "x".repeat(10_001) }],
    ["limit", { query: "RETURN 1", limit: 1_001 }],
    ...["[1]", "1", "null", "{", '"a"', deep, `{"a": "${"x".repeat(65_536)}"}`].map(
      (parametersJson): [string, object] => ["parameters_json", { query: "RETURN 1", parametersJson }],
    ),
  ];
  for (const [field, request] of wrong) {
    const fault = await faultOf(it.call(request));
    assert.equal([fault.code, fault.field], ["invalid", field], JSON.stringify(request).slice(0, 80));
  }
  assert.equal([it.asked, await it.entries()], [[], []]);
});

test.run();
