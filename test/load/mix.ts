import { questions } from "../bench/questions.ts";
import type { Callers } from "./ghz.ts";

type Requests = Pick<Callers, "method" | "requests">;

export const searches: Requests = {
  method: "knowledge.v1.SearchService.Search",
  requests: questions.map((query) => ({ query })),
};

/** What agents call beside. `paths` are files of the source. */
export function others(paths: readonly string[]): readonly Requests[] {
  const words = questions.map((question) => question.split(" ").at(-1)!);
  return [
    {
      method: "knowledge.v1.SearchService.GetArtifact",
      requests: paths.map((path) => ({ source: "bench", path, lines: { start: 1, end: 40 } })),
    },
    {
      method: "knowledge.v1.GraphService.SearchNodes",
      requests: words.map((query) => ({ query, page_size: 10 })),
    },
    { method: "knowledge.v1.GraphService.ListSubsystems", requests: [{ page_size: 20 }] },
    { method: "knowledge.v1.IngestService.ListSources", requests: [{}] },
  ];
}
