import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import neo4j, { type Driver } from "neo4j-driver";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Neo4jGraph, onlyReads, openNeo4jGraph } from "../../src/adapters/neo4j/mod.ts";
import { Fault } from "../../src/domain/mod.ts";
import type { CypherAnswer } from "../../src/ports/mod.ts";
import { harmless, hostile } from "../support/cypher-corpus.ts";
import { Recorder } from "../support/edge-harness.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";

// Of the twenty checks: 18.

const test = suite("Cypher of callers' own on a real Neo4j");
const missing = neo4jMissing();
const never = new AbortController().signal;
/** Of what is to run into it. */
const timeoutMs = 1_000;

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: Cypher on a real Neo4j (${missing})`));
} else {
  let server: Neo4jServer;
  let driver: Driver;
  const open: Neo4jGraph[] = [];
  /** Counts who comes: nobody may. */
  let fetched = 0;
  const web = createServer((_, reply) => {
    fetched += 1;
    reply.end("a,b\n");
  });
  let url = "";

  /** Patient, where a loaded machine should not decide. */
  function graph(allow: readonly string[] = [], patience = 20_000): Neo4jGraph {
    const { uri, user, password } = server;
    const cypher = { user, password, timeoutMs: patience, allow };
    const meter = new Recorder().meter;
    const one = openNeo4jGraph({
      uri,
      user,
      password,
      database: "",
      autoMigrate: true,
      retryMs: 20_000,
      meter,
      cypher,
    });
    open.push(one);
    return one;
  }

  test.before(async () => {
    await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", () => resolve()));
    url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/x.csv`;
    server = await startNeo4j();
    driver = neo4j.driver(server.uri, neo4j.auth.basic(server.user, server.password));
    await graph().ready(never);
    await driver.executeQuery(
      `UNWIND ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] AS name CREATE (:Person {name: name})`,
    );
    await driver.executeQuery("MATCH (a:Person), (b:Person) WHERE a.name < b.name CREATE (a)-[:CALLS]->(b)");
  });
  test.after(async () => {
    for (const one of open) await one.close();
    await driver.close();
    await server.stop();
    web.close();
  });

  function ask(statement: string, { on = open[0]!, limit = 100, signal = never } = {}): Promise<CypherAnswer> {
    return on.cypher!.query({ statement, parameters: { url, create: 1 }, limit }, signal);
  }

  async function faultOf(work: Promise<unknown>, what: string): Promise<Fault> {
    try {
      await work;
    } catch (error) {
      assert.instance(error, Fault, `${what}: ${error}`);
      return error as Fault;
    }
    return assert.unreachable(`it ran: ${what}`) as never;
  }

  /** Asks again while places are taken by what the database has not let go of yet. */
  async function askWhenFree(statement: string, on = open[0]!): Promise<CypherAnswer> {
    for (;;) {
      try {
        return await ask(statement, { on });
      } catch (error) {
        if ((error as Fault).reason !== "CYPHER_BUSY") throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** All that a statement could leave behind: data, names of it, schema, users, databases. */
  async function everything(): Promise<string> {
    const looks = [
      "MATCH (n) WITH n ORDER BY elementId(n) RETURN collect([elementId(n), labels(n), properties(n)]) AS x",
      "MATCH (a)-[r]->(b) WITH * ORDER BY elementId(r) RETURN collect([elementId(r), type(r), properties(r)]) AS x",
      "CALL db.labels() YIELD label RETURN collect(label) AS x",
      "CALL db.relationshipTypes() YIELD relationshipType AS type RETURN collect(type) AS x",
      "CALL db.propertyKeys() YIELD propertyKey AS key WHERE key <> 'evilness' RETURN collect(key) AS x",
      "SHOW INDEXES YIELD name, state RETURN collect(name + state) AS x",
      "SHOW CONSTRAINTS YIELD name RETURN collect(name) AS x",
      "SHOW USERS YIELD user, passwordChangeRequired RETURN collect([user, passwordChangeRequired]) AS x",
      "SHOW DATABASES YIELD name, currentStatus RETURN collect([name, currentStatus]) AS x",
    ];
    const hash = createHash("sha256");
    const seen = await Promise.all(looks.map((look) => driver.executeQuery(look)));
    for (const { records } of seen) hash.update(JSON.stringify(records[0]?.toObject()));
    return hash.digest("hex");
  }

  for (const [what, statements] of hostile) {
    test(`refuses ${what}, and the store stays as it is`, async () => {
      const before = await everything();
      for (const statement of statements) {
        const { code, reason } = await faultOf(ask(statement), statement.slice(0, 200));
        assert.equal([code, reason], ["invalid", "CYPHER_REFUSED"], statement.slice(0, 200));
        assert.is(await everything(), before, statement.slice(0, 200));
      }
      assert.is(fetched, 0);
    });
  }

  test("were the scan not there: what the database explains and its reading transaction leave nothing either", async () => {
    const before = await everything();
    let explained = 0;
    let stopped = 0;
    for (const [what, statements] of hostile) {
      if (what.startsWith("what a parser")) continue;
      for (const statement of statements) {
        const session = driver.session({ defaultAccessMode: "READ" });
        try {
          const tx = await session.beginTransaction({ timeout: timeoutMs });
          const { summary } = await tx.run(`EXPLAIN ${statement}`, { url });
          explained += 1;
          onlyReads(summary, new Set());
          await tx.run(statement, { url });
        } catch {
          stopped += 1;
        } finally {
          await session.close();
        }
        assert.is(await everything(), before, statement.slice(0, 200));
      }
    }
    assert.ok(explained > 50, `${explained} were explained`);
    assert.ok(stopped > explained, `${stopped} were stopped`);
    assert.is(fetched, 0);
  });

  test("were the explanation not there either: a reading transaction does not write", async () => {
    const before = await everything();
    for (const what of ["writes", "writes in a query's inside"]) {
      for (const statement of hostile.get(what)!) {
        const session = driver.session({ defaultAccessMode: "READ" });
        const tx = await session.beginTransaction({ timeout: timeoutMs });
        await tx.run(statement).then(
          () => assert.unreachable(statement),
          (error: Error) => assert.is.not(error.message, statement),
        );
        await session.close();
        assert.is(await everything(), before, statement);
      }
    }
  });

  test("runs what only reads, whatever its names and texts", async () => {
    for (const statement of harmless) {
      try {
        const { rows, columns } = await ask(statement);
        for (const row of rows) assert.is((JSON.parse(row) as unknown[]).length, columns.length, statement);
      } catch (error) {
        assert.unreachable(`${statement}: ${error}`);
      }
    }
  });

  test("rows are JSON: whole numbers whole, what JSON lacks as text, nodes, relationships and paths told", async () => {
    const plain = `RETURN 1 AS a, 2.5 AS b, 9007199254740993 AS c, 0.0 / 0.0 AS d, null AS e, [true, {k: "v"}] AS f,
      date("2020-01-02") AS g, datetime("2020-01-02T03:04:05Z") AS h, duration("P1DT2S") AS i, point({x: 1, y: 2}) AS j`;
    const { columns, rows, truncated } = await ask(plain);
    assert.equal([columns.join(""), truncated], ["abcdefghij", false]);
    assert.equal(JSON.parse(rows[0]!), [
      ...[1, 2.5, "9007199254740993", "NaN", null, [true, { k: "v" }]],
      ...["2020-01-02", "2020-01-02T03:04:05Z", "P1DT2S", { srid: 7203, x: 1, y: 2 }],
    ]);
    const found = await ask('MATCH p = (n:Person {name: "a"})-[r:CALLS]->(m {name: "b"}) RETURN n, r, p');
    const [n, r, p] = JSON.parse(found.rows[0]!) as [Record<string, unknown>, Record<string, unknown>, unknown[]];
    assert.equal([n["labels"], n["properties"]], [["Person"], { name: "a" }]);
    assert.equal([r["type"], r["from"], r["properties"]], ["CALLS", n["elementId"], {}]);
    assert.equal([p.length, p[0], p[1]], [3, n, r]);
  });

  test("parameters have their types: whole numbers count, texts stay texts", async () => {
    const { cypher } = open[0]!;
    const statement = "UNWIND $list[0..$n] AS x RETURN x, $text AS t LIMIT $n";
    const parameters = { list: [1, 2.5, "a"], n: 2, text: "' CREATE (n) //" };
    const { rows } = await cypher!.query({ statement, parameters, limit: 10 }, never);
    assert.equal(rows, ['[1,"\' CREATE (n) //"]', '[2.5,"\' CREATE (n) //"]']);
    const large = cypher!.query({ statement: "RETURN $n", parameters: { n: 2 ** 53 }, limit: 1 }, never);
    assert.is((await faultOf(large, "2^53")).field, "parameters_json");
  });

  test("too many rows, or too large ones, are cut and said; one that is too large alone is refused", async () => {
    const many = await ask("UNWIND range(1, 100000) AS x RETURN x", { limit: 1_000 });
    assert.equal([many.rows.length, many.truncated], [1_000, true]);
    const exact = await ask("UNWIND range(1, 5) AS x RETURN x", { limit: 5 });
    assert.equal([exact.rows.length, exact.truncated], [5, false]);
    const megabyte = "reduce(s = 'a', i IN range(1, 20) | s + s)";
    const wide = await ask(`UNWIND range(1, 40) AS x RETURN ${megabyte} AS s`);
    assert.equal([wide.rows.length, wide.truncated], [2, true]);
    for (const one of [`[${`${megabyte},`.repeat(20)}1]`, "reduce(x = [], i IN range(1, 200) | [x])"])
      assert.is((await faultOf(ask(`RETURN ${one} AS x`), one)).reason, "CYPHER_TOO_LARGE", one);
  });

  test("what takes too long, or too much memory, is ended; the database and the next statement go on", async () => {
    const before = await everything();
    const bombs: [string, RegExp][] = [
      ["UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)", /TIMEOUT/],
      ["MATCH (a), (b), (c), (d), (e), (f), (g), (h), (i) WHERE a.name + i.name <> '' RETURN count(*)", /TIMEOUT/],
      ["MATCH p = (a:Person)-[*]-(b:Person) RETURN max(length(p))", /TIMEOUT|TOO_LARGE/],
      ["UNWIND range(1, 10000000) AS x WITH collect([x, x, x]) AS y RETURN size(y)", /TIMEOUT|TOO_LARGE/],
      ["MATCH (a), (b), (c), (d), (e), (f), (g), (h) WITH a, rand() AS r ORDER BY r RETURN a", /TIMEOUT|TOO_LARGE/],
      // A loop in an expression does not look at the clock: the caller is answered all the same, the database busy on.
      ["RETURN reduce(a = 0, i IN range(1, 300000000) | a + 1) AS x", /TIMEOUT/],
    ];
    for (const [statement, reasons] of bombs) {
      // Places of its own: what the database has not let go of yet keeps one.
      const on = graph([], timeoutMs);
      const { reason } = await faultOf(ask(statement, { on }), statement.slice(0, 100));
      assert.match(reason, reasons, statement.slice(0, 100));
      assert.equal((await ask("RETURN 1 AS x")).rows, ["[1]"], "a caller whose places are free");
    }
    assert.is(await everything(), before);
  });

  test("two run at once, a third is asked to wait; a caller who leaves is let go", async () => {
    const on = graph([], timeoutMs);
    const long = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)";
    const three = await Promise.all([1, 2, 3].map(() => faultOf(ask(long, { on }), long)));
    assert.equal(three.map(({ reason }) => reason).sort(), ["CYPHER_BUSY", "CYPHER_TIMEOUT", "CYPHER_TIMEOUT"]);
    await askWhenFree("RETURN 1", on);
    const leaving = new AbortController();
    const left = faultOf(ask(long, { signal: leaving.signal }), long);
    leaving.abort();
    assert.is((await left).code, "cancelled");
    assert.equal((await askWhenFree("RETURN 1 AS x", on)).rows, ["[1]"]);
  });

  test("what is wrong with a statement is told in its own places, and hides nothing of the server's", async () => {
    const { code, field, message } = await faultOf(ask("RETURN 1 +"), "a half");
    assert.equal([code, field], ["invalid", "query"]);
    assert.match(message, /line 1, column 11/);
    assert.not.match(message, /EXPLAIN/);
    assert.match((await faultOf(ask("RETURN 1 / 0"), "by zero")).message, /zero/);
    assert.match((await faultOf(ask("RETURN $none"), "no parameter")).message, /none/);
  });

  test("what the operator lets through runs, and still only reads", async () => {
    const on = graph(["subqueries", "db.labels", "db.createLabel", "dbms.listConfig"]);
    const before = await everything();
    const labels = await ask("CALL db.labels() YIELD label RETURN label ORDER BY label", { on });
    assert.ok(labels.rows.includes('["Person"]'), labels.rows.join());
    const inner = "MATCH (n:Person) CALL (n) { MATCH (n)-->(m) RETURN count(m) AS c } RETURN max(c) AS c";
    assert.equal((await ask(inner, { on })).rows, ["[11]"]);
    for (const statement of [
      "CALL db.createLabel('Evil')",
      "CALL dbms.listConfig()",
      "CALL { CREATE (n:Evil) RETURN n } RETURN n",
      "CALL { CALL db.relationshipTypes() YIELD relationshipType AS x RETURN x } RETURN x",
    ])
      assert.is((await faultOf(ask(statement, { on }), statement)).reason, "CYPHER_REFUSED", statement);
    assert.is(await everything(), before);
  });
}

test.run();
