import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

/** Holds exchanges to an OpenAPI description. */
export interface ApiCheck {
  /** What is wrong with a request; "" when nothing is. */
  request(method: string, path: string, query: URLSearchParams, body: unknown): string;
  response(method: string, path: string, status: number, body: unknown): string;
}

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Json;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
}

/** Reads an OpenAPI 3.0 description in JSON. */
export function openApiCheck(file: string): ApiCheck {
  const description = JSON.parse(readFileSync(file, "utf8")) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: Json;
  };
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: "api", components: plainSchema(description.components) });
  const compiled = new Map<string, ValidateFunction>();
  const check = (key: string, schema: Json, value: unknown): string => {
    const validate = compiled.get(key) ?? ajv.compile(plainSchema(schema) as Json);
    compiled.set(key, validate);
    if (validate(value)) return "";
    const [first] = validate.errors ?? [];
    return `${first?.instancePath || "it"} ${first?.message ?? "is wrong"}`;
  };
  const templates = Object.keys(description.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`),
  }));
  const find = (method: string, path: string) => {
    // A literal path is meant before a template: /collections/x/points/count before /collections/x/points/{id}.
    const holes = (template: string): number => template.split("{").length;
    const fitting = templates.filter((one) => one.pattern.test(path)).sort((a, b) => holes(a.path) - holes(b.path));
    const template = fitting.find((one) => description.paths[one.path]?.[method.toLowerCase()] !== undefined);
    const operation = template && description.paths[template.path]?.[method.toLowerCase()];
    return operation ? { key: `${method} ${template.path}`, operation } : undefined;
  };
  return {
    request(method, path, query, body) {
      const found = find(method, path);
      if (found === undefined) return `${method} ${path} is not in the description`;
      const { key, operation } = found;
      const parameters = operation.parameters?.filter((one) => one.in === "query") ?? [];
      for (const [name, text] of query) {
        const parameter = parameters.find((one) => one.name === name);
        if (parameter === undefined) return `${key} takes no parameter ${name}`;
        const problem = check(`${key} ?${name}`, parameter.schema, scalar(text));
        if (problem !== "") return `${key} ?${name}: ${problem}`;
      }
      const schema = operation.requestBody?.content["application/json"]?.schema;
      if (schema === undefined) return body === undefined ? "" : `${key} takes no body`;
      const problem = check(`${key} body`, schema, body) || unknownKeys(schema, body, description.components);
      return problem === "" ? "" : `${key} body: ${problem}`;
    },
    response(method, path, status, body) {
      const found = find(method, path);
      if (found === undefined) return "";
      const { key, operation } = found;
      const range = `${Math.floor(status / 100)}XX`;
      const declared = operation.responses[status] ?? operation.responses[range] ?? operation.responses["default"];
      const schema = declared?.content?.["application/json"]?.schema;
      if (schema === undefined) return `${key} declares no answer ${status}`;
      const problem = check(`${key} ${status}`, schema, body);
      return problem === "" ? "" : `${key} answered ${status}: ${problem}`;
    },
  };
}

function scalar(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Keys of a body that its schema does not name: the description allows them, and a server ignores them in silence. */
function unknownKeys(schema: Json, body: unknown, components: Json): string {
  if (typeof body !== "object" || body === null) return "";
  const properties = propertiesOf(schema, components);
  const unknown = Object.keys(body).find((key) => properties.size > 0 && !properties.has(key));
  return unknown === undefined ? "" : `${unknown} is not known`;
}

function propertiesOf(schema: Json, components: Json): Set<string> {
  const { $ref, properties, anyOf, oneOf, allOf } = schema as {
    $ref?: string;
    properties?: Json;
    anyOf?: Json[];
    oneOf?: Json[];
    allOf?: Json[];
  };
  const names = new Set(Object.keys(properties ?? {}));
  const name = $ref?.split("/").at(-1);
  const target = name === undefined ? undefined : (components["schemas"] as Readonly<Record<string, Json>>)[name];
  for (const inner of [...(target ? [target] : []), ...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])]) {
    for (const key of propertiesOf(inner, components)) names.add(key);
  }
  return names;
}

/** OpenAPI 3.0's own dialect as JSON Schema: `nullable`, and where references lead. */
function plainSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainSchema);
  if (typeof value !== "object" || value === null) return value;
  const plain: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "$ref") plain[key] = String(inner).replace(/^#/, "api#");
    else if (key !== "nullable" && key !== "example" && key !== "discriminator") plain[key] = plainSchema(inner);
  }
  const { nullable, type } = value as { nullable?: unknown; type?: unknown };
  if (nullable !== true || typeof nullable !== "boolean") return plain;
  if (typeof type === "string") return { ...plain, type: [type, "null"] };
  // Qdrant writes `anyOf: [X, { nullable: true }]` for "X or null".
  return Object.keys(plain).length === 0 ? { type: "null" } : { anyOf: [plain, { type: "null" }] };
}
