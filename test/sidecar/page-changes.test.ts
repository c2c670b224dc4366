import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ReceivedPage, SentPage } from "../../src/sidecar/page-changes.ts";

const test = suite("changes of a page");

test("after every change the other side has the page, and only what changed was sent", () => {
  const [sent, received] = [new SentPage(), new ReceivedPage()];
  const steps: readonly (readonly [page: readonly string[], pieces: number])[] = [
    [[], 0],
    [["a", "b", "c"], 3],
    [["a", "b", "c"], 0],
    [["a", "x", "c"], 1],
    [["a", "x", "new", "c"], 2],
    [["x"], 1],
    [["x", "c"], 1],
    [[], 0],
  ];
  for (const [page, pieces] of steps) {
    const change = sent.changeTo(page);
    assert.is(change.pieces.length, pieces, page.join());
    assert.is(received.after(change), page.join(""));
  }
});

test.run();
