import { type Parser, parser } from "../parser.ts";
import { absolute, integer, oneOf, path, toggle } from "../parsers.ts";
import type { Problems } from "../problems.ts";
import { Secret } from "../secret.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface HttpModelConfig {
  readonly url: string;
  readonly model: string;
  readonly apiKey: Secret | undefined;
}

export interface EmbedderConfig {
  readonly kind: "static" | "hashed" | "http" | "onnx";
  readonly http:
    | (HttpModelConfig & {
        readonly dimensions: number;
        readonly shorten: boolean;
        readonly batch: number;
        readonly concurrency: number;
        readonly requestsPerMinute: number;
      })
    | undefined;
  /** Absolute. */
  readonly modelPath: string | undefined;
  readonly queryPrefix: string | undefined;
  readonly passagePrefix: string | undefined;
}

export interface RerankConfig {
  readonly kind: "off" | "http" | "onnx";
  readonly http: HttpModelConfig | undefined;
  /** Absolute. */
  readonly modelPath: string | undefined;
}

/** A whole URL: what follows the host differs from server to server. */
const endpoint: Parser<string> = parser("a URL with http or https, without user, password and fragment", (text) => {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, hash } = new URL(text);
  return username === "" && password === "" && hash === "" && /^https?:$/.test(protocol) ? text : undefined;
});

/** What a header can carry. No message repeats it. */
const apiKey: Parser<Secret> = {
  accepts: "printable characters without spaces",
  secret: true,
  parse(text) {
    return /^[\x21-\x7e]{1,4096}$/.test(text)
      ? { value: new Secret(text) }
      : { problem: "[secret] holds a character that a header can't" };
  },
};

const shortText: Parser<string> = parser("1 to 200 characters", (text) => (text.length <= 200 ? text : undefined));

export const embedderVariables = {
  kind: variable({
    name: "KM_EMBEDDER",
    summary:
      "What makes vectors of text: a table of words that ships with the gateway (static), character n-grams alone (hashed), a server (http), or a model in a local folder (onnx). A change means a full ingest.",
    default: "static",
    reason: "Needs nothing else, and finds what is said in other words (docs/benchmarks.md).",
    parser: oneOf("static", "hashed", "http", "onnx"),
  }),
  url: optional({
    name: "KM_EMBEDDER_URL",
    summary:
      "For KM_EMBEDDER=http: the whole URL of an OpenAI-compatible embeddings endpoint, such as http://127.0.0.1:8080/v1/embeddings.",
    unset: "no server",
    reason: "Only the operator knows where theirs is.",
    parser: endpoint,
  }),
  model: optional({
    name: "KM_EMBEDDER_MODEL",
    summary: "For KM_EMBEDDER=http: the model's name, as the server knows it.",
    unset: "no model",
    reason: "Vectors of two models are never compared, so the name is part of the index.",
    parser: shortText,
  }),
  dimensions: optional({
    name: "KM_EMBEDDER_DIMENSIONS",
    summary: "For KM_EMBEDDER=http: how many numbers the model's vectors have. An answer with others is refused.",
    unset: "no number",
    reason: "The index is opened before the server is asked anything.",
    parser: integer(8, 4_096),
  }),
  shorten: variable({
    name: "KM_EMBEDDER_SHORTEN",
    summary: "Asks the server to shorten vectors to KM_EMBEDDER_DIMENSIONS, for models that can.",
    default: "off",
    reason: "Many servers refuse a request that names dimensions.",
    parser: toggle,
  }),
  apiKey: optional({
    name: "KM_EMBEDDER_API_KEY",
    summary: "Sent to KM_EMBEDDER_URL as a bearer token.",
    unset: "no key is sent",
    reason: "A server on the same machine often wants none.",
    parser: apiKey,
  }),
  batch: variable({
    name: "KM_EMBEDDER_BATCH",
    summary: "For KM_EMBEDDER=http: texts in one request.",
    default: "64",
    reason: "Enough to spread a request's overhead; some 100 KB of text.",
    parser: integer(1, 2_048),
  }),
  concurrency: variable({
    name: "KM_EMBEDDER_CONCURRENCY",
    summary: "For KM_EMBEDDER=http: requests that an ingest has under way at a time.",
    default: "4",
    reason: "Keeps a server busy while answers travel.",
    parser: integer(1, 64),
  }),
  requestsPerMinute: variable({
    name: "KM_EMBEDDER_REQUESTS_PER_MINUTE",
    summary: "For KM_EMBEDDER=http: requests a minute at most, searches included; 0 for no limit.",
    default: "0",
    reason: "A server's own limit is obeyed in any case (429 and Retry-After).",
    parser: integer(0, 1_000_000),
  }),
  modelPath: optional({
    name: "KM_EMBEDDER_MODEL_PATH",
    summary:
      "For KM_EMBEDDER=onnx: a folder with config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx. Nothing is downloaded.",
    unset: "no folder",
    reason: "Only the operator knows where theirs is.",
    parser: path,
  }),
  queryPrefix: optional({
    name: "KM_EMBEDDER_QUERY_PREFIX",
    summary: "What the model wants in front of a question, such as query: (http and onnx). A space follows it.",
    unset: "nothing",
    reason: "Models differ; their cards say.",
    parser: shortText,
  }),
  passagePrefix: optional({
    name: "KM_EMBEDDER_PASSAGE_PREFIX",
    summary: "What the model wants in front of a passage, such as passage: (http and onnx). A space follows it.",
    unset: "nothing",
    reason: "Models differ; their cards say.",
    parser: shortText,
  }),
};

export const rerankVariables = {
  kind: variable({
    name: "KM_RERANK",
    summary:
      "Whether a cross-encoder reads the first fifty hits of a search again: not (off), on a server (http), or in this process (onnx).",
    default: "off",
    reason: "It costs a model, and up to a second a search.",
    parser: oneOf("off", "http", "onnx"),
  }),
  url: optional({
    name: "KM_RERANK_URL",
    summary:
      "For KM_RERANK=http: the whole URL of a rerank endpoint that takes query and documents, such as http://127.0.0.1:8080/v1/rerank.",
    unset: "no server",
    reason: "Only the operator knows where theirs is.",
    parser: endpoint,
  }),
  model: optional({
    name: "KM_RERANK_MODEL",
    summary: "For KM_RERANK=http: the model's name, as the server knows it.",
    unset: "no model is named",
    reason: "Most rerank servers hold one model.",
    parser: shortText,
  }),
  apiKey: optional({
    name: "KM_RERANK_API_KEY",
    summary: "Sent to KM_RERANK_URL as a bearer token.",
    unset: "no key is sent",
    reason: "A server on the same machine often wants none.",
    parser: apiKey,
  }),
  modelPath: optional({
    name: "KM_RERANK_MODEL_PATH",
    summary: "For KM_RERANK=onnx: a folder as for KM_EMBEDDER_MODEL_PATH, with a cross-encoder. Nothing is downloaded.",
    unset: "no folder",
    reason: "Only the operator knows where theirs is.",
    parser: path,
  }),
};

export function embedderConfig(
  values: Values<typeof embedderVariables>,
  cwd: string,
  problems: Problems,
): EmbedderConfig {
  const { kind, url, model, dimensions, modelPath, queryPrefix, passagePrefix } = values;
  const needed = (name: string, value: unknown, wants: "http" | "onnx"): void => {
    if (kind === wants && value === undefined && !problems.touches(name)) {
      problems.add(name, `is needed for KM_EMBEDDER=${wants}`);
    }
    if (kind !== wants && value !== undefined) {
      problems.add(name, `is set, but not used: set KM_EMBEDDER=${wants}, or unset it`);
    }
  };
  needed("KM_EMBEDDER_URL", url, "http");
  needed("KM_EMBEDDER_MODEL", model, "http");
  needed("KM_EMBEDDER_DIMENSIONS", dimensions, "http");
  needed("KM_EMBEDDER_MODEL_PATH", modelPath, "onnx");
  const { apiKey: key, shorten, batch, concurrency, requestsPerMinute } = values;
  return {
    kind,
    http:
      url !== undefined && model !== undefined && dimensions !== undefined
        ? { url, model, apiKey: key, dimensions, shorten, batch, concurrency, requestsPerMinute }
        : undefined,
    modelPath: modelPath === undefined ? undefined : absolute(modelPath, cwd),
    queryPrefix,
    passagePrefix,
  };
}

export function rerankConfig(values: Values<typeof rerankVariables>, cwd: string, problems: Problems): RerankConfig {
  const { kind, url, model = "", apiKey: key, modelPath } = values;
  const needed = (name: string, value: unknown, wants: "http" | "onnx"): void => {
    if (kind === wants && value === undefined && !problems.touches(name)) {
      problems.add(name, `is needed for KM_RERANK=${wants}`);
    }
    if (kind !== wants && value !== undefined) {
      problems.add(name, `is set, but not used: set KM_RERANK=${wants}, or unset it`);
    }
  };
  needed("KM_RERANK_URL", url, "http");
  needed("KM_RERANK_MODEL_PATH", modelPath, "onnx");
  return {
    kind,
    http: url === undefined ? undefined : { url, model, apiKey: key },
    modelPath: modelPath === undefined ? undefined : absolute(modelPath, cwd),
  };
}
