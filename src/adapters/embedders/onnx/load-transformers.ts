import { basename, dirname } from "node:path";

/** What is used of `@huggingface/transformers`, whose types are only there where it is installed. */
export interface Transformers {
  readonly env: {
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    useFSCache: boolean;
    useBrowserCache: boolean;
  };
  pipeline(task: "feature-extraction", model: string, options: LoadOptions): Promise<Extractor>;
  readonly AutoTokenizer: { from_pretrained(model: string, options: LoadOptions): Promise<Tokenizer> };
  readonly AutoModelForSequenceClassification: {
    from_pretrained(model: string, options: LoadOptions): Promise<(inputs: unknown) => Promise<{ logits: Tensor }>>;
  };
}

export interface LoadOptions {
  /** The file as it is: `onnx/model.onnx`, whatever its numbers are. */
  readonly dtype: "fp32";
  readonly local_files_only: true;
}

export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export type Extractor = (
  texts: readonly string[],
  options: { readonly pooling: "mean"; readonly normalize: true },
) => Promise<Tensor>;

export type Tokenizer = (
  texts: readonly string[],
  options: { readonly text_pair: readonly string[]; readonly padding: true; readonly truncation: true },
) => unknown;

export const loadOptions: LoadOptions = { dtype: "fp32", local_files_only: true };

/**
 * The package, set to read `folder` and nothing else, and the name that it then knows the model by.
 * @param specifier where the package is, when not among the gateway's own
 */
export async function loadTransformers(
  folder: string,
  specifier = "@huggingface/transformers",
): Promise<{ readonly transformers: Transformers; readonly model: string }> {
  withoutEmptyLocation();
  const transformers = (await import(specifier)) as Transformers;
  transformers.env.allowRemoteModels = false;
  transformers.env.allowLocalModels = true;
  transformers.env.useFSCache = false;
  transformers.env.useBrowserCache = false;
  transformers.env.localModelPath = `${dirname(folder)}/`;
  return { transformers, model: basename(folder) };
}

/** Deno gives a thread a location whose origin is "null": the package takes it for a page's and builds addresses on it. */
function withoutEmptyLocation(): void {
  const location = Reflect.get(globalThis, "location") as { readonly origin?: string } | undefined;
  if (location?.origin === "null") Reflect.deleteProperty(globalThis, "location");
}
