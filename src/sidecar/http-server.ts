import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Log } from "../ports/mod.ts";
import { type Answer, type Answers, text } from "./answers.ts";
import type { Admits } from "./metrics-token.ts";

/** Milliseconds a client may take to send its request line and headers: a scraper needs one packet. */
const headersMs = 5_000;
/** Milliseconds for the whole request; bodies are not read. */
const requestMs = 10_000;
/** Bytes of request headers: no scraper sends a fraction of it. */
const headerBytes = 8_192;
/** Connections at once: a few scrapers and probes, each with some to spare. */
const connections = 64;

/** The sidecar's HTTP face: three paths, GET and HEAD, nothing read but the request line and headers. */
export function httpServer(answers: Answers, admits: Admits, log: Log): Server {
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs, maxHeaderSize: headerBytes, keepAliveTimeout: 5_000 },
    (request, response) => {
      answer(request, answers, admits)
        .catch((error: unknown) => {
          log.error({ err: error, path: request.url }, "the sidecar could not answer");
          return text(500, "could not answer; see the log");
        })
        .then((reply) => send(request, response, reply))
        .catch((error: unknown) => {
          log.warn({ err: error }, "the sidecar's answer could not be sent");
          response.destroy();
        });
    },
  );
  server.maxConnections = connections;
  return server;
}

async function answer(request: IncomingMessage, answers: Answers, admits: Admits): Promise<Answer> {
  const [path] = (request.url ?? "").split("?", 1);
  const known = new Map([
    ["/metrics", answers.metrics],
    ["/livez", answers.livez],
    ["/readyz", answers.readyz],
  ]).get(path ?? "");
  if (!known) return text(404, "not found; there are /metrics, /livez and /readyz");
  if (request.method !== "GET" && request.method !== "HEAD") return text(405, "only GET and HEAD");
  return known(admits(request.headers.authorization));
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  const bytes = new TextEncoder().encode(body);
  response.writeHead(status, {
    "content-type": type,
    "content-length": bytes.byteLength,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
    // A body that nobody reads would be taken for the next request.
    ...(request.method === "GET" || request.method === "HEAD" ? {} : { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}
