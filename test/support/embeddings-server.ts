import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface AskedEmbeddings {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions: number | undefined;
  readonly authorization: string | undefined;
  /** The trace that the asker's span is of, if it said so. */
  readonly traceparent: string | undefined;
}

/** What a server does with one request, instead of answering it well. */
export type Misbehaviour = (request: AskedEmbeddings, response: ServerResponse) => void;

export interface EmbeddingsServer {
  readonly url: string;
  /** Every request, in the order of arrival, misbehaved to or not. */
  readonly asked: readonly AskedEmbeddings[];
  /** The most requests that were open at a time. */
  readonly mostOpen: number;
  /** For the next requests, one each. */
  next(...misbehaviours: readonly Misbehaviour[]): void;
  /** For all requests from now on; undefined: behave. */
  always(misbehaviour: Misbehaviour | undefined): void;
  close(): Promise<void>;
}

/** A vector that tells texts apart: counts of letters, not of length 1. */
export function letterVector(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0.25);
  for (const letter of text) vector[letter.charCodeAt(0) % dimensions]! += 1;
  return vector;
}

export function answer(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** The form of OpenAI's endpoint, with the entries in another order than the texts, as the form allows. */
export function wellAnswered({ model, input }: AskedEmbeddings, dimensions: number): object {
  const data = input.map((text, index) => ({ object: "embedding", index, embedding: letterVector(text, dimensions) }));
  return { object: "list", model, data: data.reverse(), usage: { prompt_tokens: 1, total_tokens: 1 } };
}

/** An OpenAI-compatible embeddings server on a free port, which misbehaves when told to. */
export async function startEmbeddingsServer(dimensions: number): Promise<EmbeddingsServer> {
  const asked: AskedEmbeddings[] = [];
  const queue: Misbehaviour[] = [];
  let standing: Misbehaviour | undefined;
  let open = 0;
  let mostOpen = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    response.on("close", () => {
      open -= 1;
    });
    const body = JSON.parse(await textOf(request)) as AskedEmbeddings;
    const { authorization } = request.headers;
    const traceparent = request.headers["traceparent"]?.toString();
    const one = { model: body.model, input: body.input, dimensions: body.dimensions, authorization, traceparent };
    asked.push(one);
    const misbehave = queue.shift() ?? standing;
    if (misbehave) misbehave(one, response);
    else answer(response, wellAnswered(one, dimensions));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/embeddings`,
    asked,
    get mostOpen() {
      return mostOpen;
    },
    next: (...misbehaviours) => void queue.push(...misbehaviours),
    always(misbehaviour) {
      standing = misbehaviour;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
