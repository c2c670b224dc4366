import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { scanStatement } from "../../../src/adapters/neo4j/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import { harmless, hostile } from "../../support/cypher-corpus.ts";

// Of the twenty checks: 18.

const test = suite("Cypher: what the scan refuses, lets through and sends");

const nothing: ReadonlySet<string> = new Set();

function refusal(statement: string, allowed = nothing): Fault | undefined {
  try {
    scanStatement(statement, allowed);
    return undefined;
  } catch (error) {
    assert.instance(error, Fault);
    return error as Fault;
  }
}

for (const [what, statements] of hostile) {
  test(`refuses ${what}`, () => {
    for (const statement of statements) {
      const fault = refusal(statement);
      assert.ok(fault, `let through: ${statement.slice(0, 200)}`);
      assert.equal([fault.code, fault.field, fault.reason], ["invalid", "query", "CYPHER_REFUSED"]);
      assert.ok(fault.message.length < 400, fault.message);
    }
  });
}

test("lets through what only reads, whatever its names and texts", () => {
  for (const statement of harmless) assert.is(refusal(statement)?.message, undefined, statement);
});

test("sends what it has read: names and texts as they are, comments not at all, lines where they were", () => {
  const sent = scanStatement("RETURN/* a\nb */'// no /* comment' AS `x//y` // end\n, 2 AS z ;", nothing);
  assert.is(sent, "RETURN\n'// no /* comment' AS `x//y`\n, 2 AS z");
});

test("procedures, functions and subqueries are let through by their whole names only", () => {
  const allowed = new Set(["db.labels", "apoc.text.join", "subqueries"]);
  for (const statement of [
    "CALL db.labels() YIELD label RETURN label",
    "CALL db.labels",
    "RETURN apoc.text.join(['a'], '')",
    "CALL { MATCH (n) RETURN n } RETURN n",
    "MATCH (n) CALL (n) { RETURN n.name AS name } RETURN name",
  ])
    assert.is(refusal(statement, allowed)?.message, undefined, statement);
  for (const statement of [
    "CALL db.labels.more()",
    "CALL db.label()",
    "CALL DB.LABELS()",
    "CALL db.createLabel('x')",
    "RETURN apoc.text.joined(['a'])",
    "CALL { CREATE (n) RETURN n } RETURN n",
    "CALL { MATCH (n) RETURN n } IN TRANSACTIONS",
    "CALL subqueries()",
  ])
    assert.ok(refusal(statement, allowed), statement);
});

test("whatever surrounds it, a call or a load that the server would read is not let through", () => {
  const gap = fc.constantFrom(" ", "\n", "\t", "\r", "/**/", "/* ' */", '// "\n', "\u00a0", " \n // /*\r ");
  const before = fc.constantFrom(
    "MATCH (n)",
    "WITH 1 AS as WITH as",
    "RETURN 1 AS x UNION",
    "UNWIND ['//'] AS `/*`",
    "WITH '\\'' AS x",
    "WITH {a: 1}.a AS `call`",
  );
  const deed = fc.constantFrom(["CALL", "db.labels()"], ["LOAD", "CSV FROM 'x' AS l"], ["cAlL", "`db`.labels"]);
  fc.assert(
    fc.property(before, deed, gap, gap, (start, [verb, rest], one, two) => {
      assert.ok(refusal(`${start}${one}${verb}${two}${rest} RETURN 1 AS x`));
    }),
    { numRuns: 300 },
  );
});

test("random text is answered, and what is let through holds no comment and reads the same again", () => {
  const piece = fc.constantFrom(
    ..."'\"`/*\\;(){}[].:$ \n",
    "//",
    "/*",
    "*/",
    "MATCH ",
    "RETURN ",
    "a",
    "1.",
    "\\'",
    "\\u0041",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const statement = `RETURN ${pieces.join("")}`;
      if (refusal(statement) !== undefined) return;
      const sent = scanStatement(statement, nothing);
      assert.is(scanStatement(sent, nothing), sent);
    }),
    { numRuns: 2_000 },
  );
});

test.run();
