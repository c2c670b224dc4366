import { suite } from "uvu";
import { limitedViews } from "../support/limited-views.ts";
import { useSeed } from "../support/use-seed.ts";

const test = suite("a token limited to sources sees what a gateway with those sources alone would show");

useSeed();
limitedViews(test, () => ({}), 50);
test.run();
