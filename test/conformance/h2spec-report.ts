/** How one case of h2spec ended on one server. */
export interface CaseResult {
  /** Section and title, such as "http2/6.7 Sends a PING frame with ACK". */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Of a failed one: what would have been right, and what came. */
  readonly expected: readonly string[];
  readonly actual: string;
}

/**
 * Reads h2spec's JUnit report. By pattern, since it is no XML where a case's frames hold control characters; its lines
 * are written by one template.
 */
export function parseReport(text: string): CaseResult[] {
  const cases = text.matchAll(/<testcase package="([^"]*)" classname="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g);
  return Array.from(cases, ([, section = "", title = "", inside = ""]) => {
    const name = unescaped(`${section} ${title}`);
    if (inside.includes("<skipped>")) return { name, outcome: "skipped", expected: [], actual: "" };
    const problem = /<(error|failure)>([\s\S]*?)<\/\1>/.exec(inside)?.[2];
    if (problem === undefined) return { name, outcome: "passed", expected: [], actual: "" };
    // What would have been right, a line each, and last what came.
    const lines = unescaped(problem)
      .replaceAll(/[^\n\x20-\x7e]/g, "")
      .split("\n");
    return { name, outcome: "failed", expected: lines.slice(0, -1), actual: lines.at(-1) ?? "" };
  });
}

function unescaped(text: string): string {
  const entities = new Map([
    ["&lt;", "<"],
    ["&gt;", ">"],
    ["&quot;", '"'],
    ["&#34;", '"'],
    ["&#39;", "'"],
    ["&apos;", "'"],
    ["&amp;", "&"],
  ]);
  return text.replaceAll(/&(?:lt|gt|quot|#34|#39|apos|amp);/g, (entity) => entities.get(entity) ?? entity);
}
