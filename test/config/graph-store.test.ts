import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConfigError, readConfig } from "../../src/config/mod.ts";

const test = suite("configuration: the graph");

function problems(env: Record<string, string>): string {
  try {
    readConfig(env, "/");
    return "";
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as Error).message;
  }
}
const server = { KM_GRAPH_STORE: "neo4j", KM_NEO4J_URI: "neo4j+s://db.internal:7687" };

test("is embedded unless Neo4j is asked for", () => {
  assert.is(readConfig({}, "/").graphStore.neo4j, undefined);
  const { neo4j } = readConfig({ ...server, KM_NEO4J_PASSWORD: "a-password-of-our-own" }, "/").graphStore;
  assert.is(neo4j?.uri, server.KM_NEO4J_URI);
  assert.is(neo4j?.user, "neo4j");
  assert.is(neo4j?.autoMigrate, false);
  assert.not.match(JSON.stringify(neo4j), "of-our-own");
});

test("refuses passwords that everybody knows, none, and a URI that is none or not used", () => {
  for (const password of ["neo4j", "password", "Password", "changeme"]) {
    const said = problems({ ...server, KM_NEO4J_PASSWORD: password });
    assert.match(said, /KM_NEO4J_PASSWORD.*everybody knows/);
  }
  assert.match(problems(server), /KM_NEO4J_PASSWORD: is needed/);
  assert.match(problems({ ...server, KM_NEO4J_PASSWORD: "" }), /KM_NEO4J_PASSWORD: is needed/);
  for (const uri of ["http://db:7474", "neo4j://user:pass@db", "neo4j://", "db:7687"])
    assert.match(problems({ ...server, KM_NEO4J_PASSWORD: "long-enough", KM_NEO4J_URI: uri }), /KM_NEO4J_URI/, uri);
  assert.match(problems({ KM_GRAPH_STORE: "neo4j", KM_NEO4J_PASSWORD: "long-enough" }), /KM_NEO4J_URI: is needed/);
  assert.match(problems({ KM_NEO4J_URI: "neo4j://db" }), /not used/);
});

test("callers' own Cypher is off, and on only with Neo4j; its user goes with a password", () => {
  const on = { ...server, KM_NEO4J_PASSWORD: "a-password-of-our-own", KM_GRAPH_CYPHER: "on" };
  const read = (env: Record<string, string>) => readConfig(env, "/").graphStore.neo4j?.cypher;
  assert.is(read({ ...on, KM_GRAPH_CYPHER: "off" }), undefined);
  assert.equal({ ...read(on), password: "" }, { user: "neo4j", password: "", timeoutMs: 5_000, allow: [] });
  const own = { KM_GRAPH_CYPHER_USER: "looks", KM_GRAPH_CYPHER_PASSWORD: "another-of-our-own" };
  const allow = { KM_GRAPH_CYPHER_ALLOW: "subqueries, db.labels" };
  const cypher = read({ ...on, ...own, ...allow, KM_GRAPH_CYPHER_TIMEOUT: "2s" });
  assert.is(cypher?.password.reveal(), own.KM_GRAPH_CYPHER_PASSWORD);
  assert.equal(
    { ...cypher, password: "" },
    { user: "looks", password: "", timeoutMs: 2_000, allow: ["subqueries", "db.labels"] },
  );
  assert.match(problems({ KM_GRAPH_CYPHER: "on" }), /KM_GRAPH_CYPHER: needs the graph on Neo4j/);
  assert.match(problems({ ...on, KM_GRAPH_CYPHER_USER: "looks" }), /KM_GRAPH_CYPHER_USER: .*go together/);
  assert.match(problems({ ...on, ...own, KM_GRAPH_CYPHER_PASSWORD: "neo4j" }), /everybody knows/);
  for (const word of ["*", "labels", "apoc.*", "db.labels()"])
    assert.match(problems({ ...on, KM_GRAPH_CYPHER_ALLOW: word }), /KM_GRAPH_CYPHER_ALLOW/, word);
});

test.run();
