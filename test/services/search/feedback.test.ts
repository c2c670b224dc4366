import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchRequest, SubmitFeedbackRequest, Vote } from "../../../gen/knowledge/v1/search_service.ts";
import { Fault, type FaultCode, type Feedback, insider, type Principal } from "../../../src/domain/mod.ts";
import { searchHandlers } from "../../../src/services/search/mod.ts";
import { bench, context } from "./fixture.ts";

const test = suite("feedback");

async function world() {
  const made = bench();
  await made.index("a", [
    { path: "src/config.ts", texts: ["export function readConfig() {}\n"], defines: [["readConfig"]] },
  ]);
  await made.index("b", [{ path: "src/other.ts", texts: ["export function otherConfig() {}\n"] }]);
  const kept: Feedback[] = [];
  const feedback = { add: async (one: Feedback) => void kept.push(one) };
  const handlers = searchHandlers({ ...made.ports, feedback });
  const search = async (principal?: Principal) =>
    handlers.search(SearchRequest.fromPartial({ query: "readConfig" }), context(principal));
  const submit = (request: Partial<SubmitFeedbackRequest>, principal?: Principal) =>
    handlers.submitFeedback(SubmitFeedbackRequest.fromPartial(request), context(principal));
  return { made, kept, search, submit };
}

async function refused(work: Promise<unknown>, code: FaultCode): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, Fault);
    assert.is((error as Fault).code, code);
    return error as Fault;
  }
  return assert.unreachable() as never;
}

const reader = (tokenId: string, sources?: readonly string[]): Principal => ({
  ...insider("command"),
  tokenId,
  scope: "reader",
  sources,
});

test("keeps what a vote is about: question, place, rank and what each signal gave", async () => {
  const { kept, search, submit, made } = await world();
  const { searchRequestId = "", hits = [] } = await search();
  const [hit] = hits;
  await submit({ searchRequestId, chunkId: hit!.chunkId!, vote: Vote.VOTE_HELPFUL, note: "just that" });
  const [one] = kept;
  assert.is(one?.query, "readConfig");
  assert.is(one?.vote, "helpful");
  assert.is(one?.note, "just that");
  assert.is(one?.at, made.clock.now());
  assert.equal([one?.hit?.source, one?.hit?.path, one?.hit?.rank], ["a", "src/config.ts", 1]);
  const sum = Object.values(one?.hit?.signals ?? {}).reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum - hit!.score!) < 1e-9);
});

test("takes a vote on the page as a whole", async () => {
  const { kept, search, submit } = await world();
  const { searchRequestId = "" } = await search();
  await submit({ searchRequestId, vote: Vote.VOTE_UNHELPFUL });
  assert.is(kept[0]?.hit, undefined);
  assert.is(kept[0]?.vote, "unhelpful");
});

test("admits nothing of another token's search", async () => {
  const { kept, search, submit } = await world();
  const { searchRequestId = "", hits = [] } = await search(reader("one"));
  const vote = { chunkId: hits[0]!.chunkId!, vote: Vote.VOTE_HELPFUL };
  const other = await refused(submit({ searchRequestId, ...vote }, reader("two", ["b"])), "not-found");
  const unknown = await refused(submit({ searchRequestId: "nobody's", ...vote }, reader("two", ["b"])), "not-found");
  assert.is(other.message, unknown.message);
  assert.equal(kept, []);
});

test("refuses what makes no sense, naming the field", async () => {
  const { kept, search, submit } = await world();
  const { searchRequestId = "" } = await search();
  const vote = Vote.VOTE_HELPFUL;
  assert.is((await refused(submit({ vote }), "invalid")).field, "search_request_id");
  assert.is((await refused(submit({ searchRequestId }), "invalid")).field, "vote");
  assert.is((await refused(submit({ searchRequestId, vote: 77 as Vote }), "invalid")).field, "vote");
  assert.is((await refused(submit({ searchRequestId, vote, chunkId: "ff" }), "invalid")).field, "chunk_id");
  assert.is((await refused(submit({ searchRequestId, vote, note: "x".repeat(4_097) }), "invalid")).field, "note");
  assert.equal(kept, []);
});

test("forgets the oldest searches", async () => {
  const { search, submit } = await world();
  const { searchRequestId = "" } = await search();
  for (let at = 0; at < 1_000; at++) await search();
  await refused(submit({ searchRequestId, vote: Vote.VOTE_HELPFUL }), "not-found");
});

test.run();
