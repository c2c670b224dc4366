import type { Schemas } from "@qdrant/js-client-rest";
import { Collection } from "./collection.ts";
import { BadRequest } from "./conditions.ts";

/** An answer: what is in `result`, or an error's status and text. */
export type Answer = { readonly result: unknown } | { readonly status: number; readonly error: string };

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly wait: boolean;
}

/** What the API says of collections and points, as far as a chunk index goes. */
export class Routes {
  readonly collections = new Map<string, Collection>();
  #operation = 0;

  answer(asked: Asked): Answer {
    try {
      return this.#route(asked);
    } catch (error) {
      if (error instanceof BadRequest) return { status: 400, error: `Wrong input: ${error.message}` };
      throw error;
    }
  }

  #route({ method, path, body, wait }: Asked): Answer {
    const [, root, name = "", ...rest] = path.split("/").map(decodeURIComponent);
    if (root !== "collections") return { status: 404, error: "Not Found" };
    if (name === "" && method === "GET") {
      return { result: { collections: [...this.collections.keys()].map((held) => ({ name: held })) } };
    }
    const what = `${method} ${rest.join("/")}`;
    if (what === "GET exists") return { result: { exists: this.collections.has(name) } };
    if (what === "PUT ") return this.#create(name, body as Schemas["CreateCollection"]);
    const collection = this.collections.get(name);
    if (collection === undefined) return { status: 404, error: `Not found: Collection \`${name}\` doesn't exist!` };
    switch (what) {
      case "GET ":
        return { result: info(collection) };
      case "PUT index":
        return this.#index(collection, body as Schemas["CreateFieldIndex"], wait);
      case "POST points/count":
        return { result: { count: collection.count((body as Schemas["CountRequest"]).filter) } };
      case "POST points/scroll":
        return { result: collection.scroll(body as Schemas["ScrollRequest"]) };
      case "POST points":
        return { result: collection.retrieve(body as Schemas["PointRequest"]) };
      case "POST points/query/batch":
        return { result: (body as Schemas["QueryRequestBatch"]).searches.map((one) => collection.query(one)) };
      case "POST points/batch":
        return {
          result: (body as Schemas["UpdateOperations"]).operations.map((one) => this.#update(collection, one, wait)),
        };
      default:
        return { status: 404, error: "Not Found" };
    }
  }

  #create(name: string, shape: Schemas["CreateCollection"]): Answer {
    if (this.collections.has(name))
      return { status: 409, error: `Wrong input: Collection \`${name}\` already exists!` };
    this.collections.set(name, new Collection(shape));
    return { result: true };
  }

  #index(
    collection: Collection,
    { field_name: field, field_schema: schema }: Schemas["CreateFieldIndex"],
    wait: boolean,
  ) {
    collection.indexes.set(field, (schema ?? "keyword") as Schemas["PayloadFieldSchema"]);
    return { result: this.#done(wait) };
  }

  #update(collection: Collection, operation: Schemas["UpdateOperation"], wait: boolean) {
    if ("upsert" in operation) {
      const { upsert } = operation;
      if (!("points" in upsert)) throw new BadRequest("this server takes lists of points");
      collection.upsert(upsert.points);
    } else if ("delete" in operation) collection.delete(operation.delete);
    else if ("set_payload" in operation) collection.setPayload(operation.set_payload);
    else throw new BadRequest("this server does not know the operation");
    return this.#done(wait);
  }

  #done(wait: boolean): Schemas["UpdateResult"] {
    this.#operation += 1;
    return { operation_id: this.#operation, status: wait ? "completed" : "acknowledged" };
  }
}

function info(collection: Collection) {
  const { vectors, sparse_vectors } = collection.shape;
  const schema = [...collection.indexes].map(([field, params]) => {
    const type = typeof params === "string" ? params : params.type;
    return [field, { data_type: type, points: collection.size }] as const;
  });
  return {
    status: "green",
    optimizer_status: "ok",
    indexed_vectors_count: 0,
    points_count: collection.size,
    segments_count: 1,
    config: {
      params: { vectors, sparse_vectors, shard_number: 1, replication_factor: 1, write_consistency_factor: 1 },
      hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000 },
      optimizer_config: {
        deleted_threshold: 0.2,
        vacuum_min_vector_number: 1_000,
        default_segment_number: 0,
        flush_interval_sec: 5,
      },
    },
    payload_schema: Object.fromEntries(schema),
  };
}
