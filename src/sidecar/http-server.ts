import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Path, text } from "./answers.ts";
import type { Admits } from "./metrics-token.ts";
import type { Ask, WholeAnswer } from "./questions.ts";

/** Milliseconds a client may take to send its request line and headers: a scraper needs one packet. */
const headersMs = 5_000;
/** Milliseconds for the whole request; bodies are not read. */
const requestMs = 10_000;
/** Bytes of request headers: no scraper sends a fraction of it. */
const headerBytes = 8_192;
/** Connections at once: a few scrapers and probes, each with some to spare. */
const connections = 64;

const paths: ReadonlySet<string> = new Set<Path>(["/metrics", "/livez", "/readyz"]);

const unauthorized: WholeAnswer = {
  ...text(401, "send 'authorization: Bearer <token>' with the token of KM_METRICS_TOKEN"),
  headers: { "www-authenticate": "Bearer" },
};

/**
 * The sidecar's HTTP face: three paths, GET and HEAD, nothing read but the request line and headers. What is refused
 * here never reaches the thread that serves calls. `unsent` is told of answers that could not be sent.
 */
export function httpServer(ask: Ask, admits: Admits, unsent: (error: unknown) => void): Server {
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs, maxHeaderSize: headerBytes, keepAliveTimeout: 5_000 },
    (request, response) => {
      answer(request, ask, admits)
        .then((reply) => send(request, response, reply))
        .catch((error: unknown) => {
          unsent(error);
          response.destroy();
        });
    },
  );
  server.maxConnections = connections;
  return server;
}

async function answer(request: IncomingMessage, ask: Ask, admits: Admits): Promise<WholeAnswer> {
  const [path = ""] = (request.url ?? "").split("?", 1);
  if (!isPath(path)) return text(404, "not found; there are /metrics, /livez and /readyz");
  if (request.method !== "GET" && request.method !== "HEAD") return text(405, "only GET and HEAD");
  const admitted = admits(request.headers.authorization);
  return path === "/metrics" && !admitted ? unauthorized : ask(path, admitted);
}

function isPath(path: string): path is Path {
  return paths.has(path);
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: WholeAnswer): void {
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
