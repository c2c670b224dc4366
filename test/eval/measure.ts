import type { EvalGateway } from "./eval-gateway.ts";
import type { EvalSet } from "./eval-set.ts";
import type { Question } from "./questions.ts";
import { type Score, scoreOf } from "./score.ts";

export interface Answered {
  readonly question: Question;
  readonly score: Score;
  readonly ms: number;
  /** Label paths with lines, as ranked. */
  readonly found: readonly string[];
}

export interface Measured {
  readonly set: EvalSet;
  readonly indexMs: number;
  readonly files: number;
  readonly chunks: number;
  readonly answers: readonly Answered[];
}

/** Calls made before the clock counts: the first ones open the channel and compile the path. */
const warmUp = 5;

export async function measure(gateway: EvalGateway, set: EvalSet): Promise<Measured> {
  const { ms: indexMs, files, chunks } = await gateway.index(set);
  return { set, indexMs, files, chunks, answers: await ask(gateway, set) };
}

export async function ask(gateway: EvalGateway, set: EvalSet): Promise<Answered[]> {
  for (const { query } of set.questions.slice(0, warmUp)) await gateway.search(set, query);
  const answers: Answered[] = [];
  for (const question of set.questions) {
    const began = performance.now();
    const hits = await gateway.search(set, question.query);
    const ms = performance.now() - began;
    const passages = hits.flatMap(({ artifact, lines }) =>
      artifact && lines ? [{ path: set.labelOf(artifact.path), lines }] : [],
    );
    const found = passages.map(({ path, lines }) => `${path}:${lines.start}-${lines.end}`);
    answers.push({ question, score: scoreOf(question.targets, passages), ms, found });
  }
  return answers;
}
