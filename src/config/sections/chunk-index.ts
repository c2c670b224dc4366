import type { Parser } from "../parser.ts";
import { parser } from "../parser.ts";
import { oneOf } from "../parsers.ts";
import type { Problems } from "../problems.ts";
import { Secret } from "../secret.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface QdrantConfig {
  readonly url: string;
  readonly apiKey: Secret | undefined;
  readonly prefix: string;
}

export interface ChunkIndexConfig {
  /** Undefined: the embedded index. */
  readonly qdrant: QdrantConfig | undefined;
}

const serverUrl: Parser<string> = parser("a URL with http or https, such as http://127.0.0.1:6333", (text) => {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash } = new URL(text);
  const plain = username === "" && password === "" && search === "" && hash === "";
  return plain && (protocol === "http:" || protocol === "https:") ? text : undefined;
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

const prefix: Parser<string> = parser("1 to 40 of a-z, 0-9 and '_'", (text) => {
  return /^[a-z0-9_]{1,40}$/.test(text) ? text : undefined;
});

export const chunkIndexVariables = {
  kind: variable({
    name: "KM_CHUNK_INDEX",
    summary: "Where passages are indexed: in the state directory (libsql), or on a Qdrant server that gateways share.",
    default: "libsql",
    reason: "Nothing to install; half a million passages answer in milliseconds.",
    parser: oneOf("libsql", "qdrant"),
  }),
  qdrantUrl: optional({
    name: "KM_QDRANT_URL",
    summary: "The Qdrant server, version 1.16 or later, for KM_CHUNK_INDEX=qdrant; port 6333 unless it names one.",
    unset: "no server",
    reason: "Only the operator knows where theirs is.",
    parser: serverUrl,
  }),
  qdrantApiKey: optional({
    name: "KM_QDRANT_API_KEY",
    summary: "The server's API key, with read and write access.",
    unset: "no key is sent",
    reason: "A server on a private network often has none.",
    parser: apiKey,
  }),
  qdrantPrefix: variable({
    name: "KM_QDRANT_PREFIX",
    summary: "First part of the collections' names; gateways that share job state share it, others must not.",
    default: "knowledge",
    reason: "One server may serve several installations.",
    parser: prefix,
  }),
};

export function chunkIndexConfig(values: Values<typeof chunkIndexVariables>, problems: Problems): ChunkIndexConfig {
  const { kind, qdrantUrl: url, qdrantApiKey: key, qdrantPrefix } = values;
  if (kind === "libsql") {
    if (url !== undefined)
      problems.add("KM_QDRANT_URL", "is set, but not used: set KM_CHUNK_INDEX=qdrant, or unset it");
    return { qdrant: undefined };
  }
  if (url === undefined) {
    if (!problems.touches("KM_QDRANT_URL")) {
      problems.add("KM_QDRANT_URL", "is needed for KM_CHUNK_INDEX=qdrant, such as http://127.0.0.1:6333");
    }
    return { qdrant: undefined };
  }
  return { qdrant: { url, apiKey: key, prefix: qdrantPrefix } };
}
