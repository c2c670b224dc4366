import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ApiCheck } from "./api-check.ts";
import type { Collection } from "./collection.ts";
import { Routes } from "./routes.ts";

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** The trace that the asker's span is of, if it said so. */
  readonly traceparent: string | undefined;
}

/** What an exchange is answered with instead: an error, any bytes, the usual but late, nothing ever, or a cut connection. */
export type Misbehaviour =
  | { readonly status: number; readonly error?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly raw: string }
  | { readonly json: unknown }
  | { readonly after: Promise<unknown> }
  | "silence"
  | "cut";

export interface QdrantServerOptions {
  readonly apiKey?: string;
  /** Undefined: nothing is held to the description. */
  readonly check?: ApiCheck | undefined;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
}

export interface QdrantServer {
  readonly url: string;
  readonly port: number;
  readonly collections: ReadonlyMap<string, Collection>;
  /** Requests in the order they came. */
  readonly exchanges: readonly Exchange[];
  /** What went against the description, of either side. */
  readonly violations: readonly string[];
  /** Asked before each exchange; undefined: as usual. */
  misbehave: (exchange: Exchange) => Misbehaviour | undefined;
  drop(collection: string): void;
  close(): Promise<void>;
}

export async function startQdrantServer(options: QdrantServerOptions = {}): Promise<QdrantServer> {
  const routes = new Routes();
  const exchanges: Exchange[] = [];
  const violations: string[] = [];
  const note = (problem: string): void => {
    if (problem !== "" && violations.length < 100) violations.push(problem);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://server");
    const method = request.method ?? "GET";
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const reply = (status: number, result: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      note(options.check?.response(method, path, status, result) ?? "");
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(result));
    };
    const refuse = (status: number, error: string, headers?: Readonly<Record<string, string>>): void =>
      reply(status, { status: { error }, time: 0 }, headers);
    const exchange = { method, path, body, traceparent: request.headers["traceparent"]?.toString() };
    exchanges.push(exchange);
    if (options.apiKey !== undefined && request.headers["api-key"] !== options.apiKey) {
      return refuse(401, "Must provide an API key or an Authorization bearer token");
    }
    const odd = server.misbehave(exchange);
    if (odd === "silence") return;
    if (odd === "cut") return void request.socket.destroy();
    if (odd !== undefined && "after" in odd) await odd.after;
    else if (odd !== undefined) {
      if ("status" in odd) return refuse(odd.status, odd.error ?? "Service internal error", odd.headers);
      const wrong = "raw" in odd ? odd.raw : JSON.stringify(odd.json);
      return void response.writeHead(200, { "content-type": "application/json" }).end(wrong);
    }
    note(options.check?.request(method, path, searchParams, body) ?? "");
    const answer = routes.answer({ method, path, body, wait: searchParams.get("wait") === "true" });
    if ("status" in answer) return refuse(answer.status, answer.error);
    reply(200, { result: answer.result, status: "ok", time: 0.001 });
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      note(`the server failed: ${error instanceof Error ? error.stack : String(error)}`);
      request.socket.destroy();
    });
  };
  const http = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  await new Promise<void>((resolve) => {
    http.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = http.address() as AddressInfo;
  const server: QdrantServer = {
    url: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    collections: routes.collections,
    exchanges,
    violations,
    misbehave: () => undefined,
    drop: (collection) => void routes.collections.delete(collection),
    async close() {
      http.closeAllConnections();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
      });
    },
  };
  return server;
}
