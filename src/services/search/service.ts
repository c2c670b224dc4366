import { SearchServiceDefinition, type SearchServiceImplementation } from "../../../gen/knowledge/v1/search_service.ts";
import type { CallExtension, ServiceBinding } from "../../ports/mod.ts";
import type { Timed } from "./batches.ts";
import { RecentSearches, submitFeedback } from "./feedback.ts";
import { getArtifact } from "./get-artifact.ts";
import { type SearchPorts, type SearchSettings, search } from "./search.ts";
import { fromArtifactAnswer, fromSearchAnswer, toArtifactAsk, toFeedbackAsk, toSearchAsk } from "./wire.ts";

export type SearchHandlers = SearchServiceImplementation<CallExtension>;

const everything: SearchSettings = { scale: new Map() };

export function searchHandlers(ports: SearchPorts, settings: SearchSettings = everything): SearchHandlers {
  const { meter } = ports.telemetry;
  const recent = new RecentSearches();
  return {
    async search(request, context) {
      const ask = toSearchAsk(request);
      const { mode } = ask;
      const began = performance.now();
      const timed: Timed = async (stage, work) => {
        const from = performance.now();
        try {
          return await work();
        } finally {
          meter.observe("km_search_duration_seconds", { mode, stage }, (performance.now() - from) / 1_000);
        }
      };
      try {
        const answer = await timed("total", () => search(ask, context, ports, settings, timed, context.signal));
        recent.add(answer, ask, context.principal);
        const tookMs = performance.now() - began;
        const found = answer.hits.length;
        meter.add("km_search_requests_total", { mode, outcome: found > 0 ? "hits" : "empty" });
        meter.observe("km_search_hits", { mode }, found);
        const facts = { mode, profile: ask.profile, hits: found, candidates: answer.candidates, took_ms: tookMs };
        context.log.debug({ ...facts, search_request_id: answer.searchRequestId }, "searched");
        return fromSearchAnswer(answer, ask, tookMs);
      } catch (error) {
        meter.add("km_search_requests_total", { mode, outcome: "error" });
        throw error;
      }
    },

    async getArtifact(request, context) {
      return fromArtifactAnswer(await getArtifact(toArtifactAsk(request), context.principal, ports, context.signal));
    },

    async submitFeedback(request, context) {
      await submitFeedback(toFeedbackAsk(request), context.principal, recent, ports, context.signal);
      return {};
    },
  };
}

export function searchService(ports: SearchPorts, settings?: SearchSettings): ServiceBinding {
  return { definition: SearchServiceDefinition, implementation: searchHandlers(ports, settings) };
}
