import type { GetLifecycleResponse } from "../../../gen/knowledge/v1/ingest_service.ts";
import { escapeHtml } from "../escape-html.ts";
import { printable } from "../printable.ts";

/** Rows and names in the page: who needs more asks the command. */
export const mostOrphans = 500;
const mostDocs = 500;
const mostPaths = 8;

const number = new Intl.NumberFormat("en");
const code = (text: string) => `<code>${escapeHtml(printable(text))}</code>`;

/** What has grown old, as a part of the page. Undefined: the report is of an index that is served no more. */
export function lifecyclePart(report: GetLifecycleResponse | undefined): string {
  if (report === undefined) {
    return card(
      `<p class="quiet">This report is of an index that is served no more; <code>gateway lifecycle</code> tells of the one that is.</p>`,
    );
  }
  const { staleDocs, subsystemsWithoutTests, orphanNodeIds, nextPageToken } = report;
  const orphans = orphanNodeIds.slice(0, mostOrphans);
  const more = orphans.length < orphanNodeIds.length || nextPageToken !== "";
  return card(
    [
      folded(
        staleDocs.length,
        "document",
        "older than what it describes",
        "older than what they describe",
        true,
        docs(report),
      ),
      folded(
        subsystemsWithoutTests.length,
        "subsystem",
        "with code that no test reaches",
        "with code that no test reaches",
        true,
        names(subsystemsWithoutTests),
      ),
      folded(
        orphans.length,
        "symbol or document",
        "that nothing refers to",
        "that nothing refers to",
        false,
        `${names(orphans)}${more ? rest("There are more") : ""}`,
        more,
      ),
    ].join("\n"),
  );
}

function card(inside: string): string {
  return `<section class="card lifecycle" aria-labelledby="lifecycle">\n<h2 id="lifecycle">What has grown old</h2>\n${inside}\n</section>`;
}

function rest(what: string): string {
  return `<p class="quiet">${what}: <code>gateway lifecycle -n 10000</code> shows them.</p>`;
}

/** One line that opens; without anything inside, one that says so. */
function folded(
  count: number,
  what: string,
  one: string,
  many: string,
  open: boolean,
  inside: string,
  more = false,
): string {
  const plural = what === "symbol or document" ? "symbols or documents" : `${what}s`;
  if (count === 0) return `<p class="none"><b>0</b> ${plural} ${many}</p>`;
  const counted = `<b>${number.format(count)}${more ? "+" : ""}</b> ${count === 1 && !more ? `${what} ${one}` : `${plural} ${many}`}`;
  return `<details${open ? " open" : ""}><summary>${counted}</summary>${inside}</details>`;
}

function names(all: readonly string[]): string {
  return `<ul>${all.map((name) => `<li>${code(name)}</li>`).join("")}</ul>`;
}

function docs({ staleDocs }: GetLifecycleResponse): string {
  const rows = staleDocs.slice(0, mostDocs).map(({ path, docUpdatedAt, changedPaths }) => {
    const when = docUpdatedAt ? `<time datetime="${docUpdatedAt.toISOString()}">${day(docUpdatedAt)}</time>` : "";
    const more =
      changedPaths.length > mostPaths ? ` <span class="quiet">and ${changedPaths.length - mostPaths} more</span>` : "";
    return `<tr><td class="path mono">${escapeHtml(printable(path))}</td><td>${when}</td><td class="changed">${changedPaths.slice(0, mostPaths).map(code).join(" ")}${more}</td></tr>`;
  });
  const more = staleDocs.length > mostDocs ? rest(`${number.format(staleDocs.length - mostDocs)} more`) : "";
  return `<div class="scroll"><table class="files old"><thead><tr><th scope="col">Document</th><th scope="col">Written</th><th scope="col">What changed since</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>${more}`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
