import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type DescriptorProto, FileDescriptorProto } from "../../gen/google/protobuf/descriptor.ts";

/** A descriptor set, indexed for the questions that reflection is asked. Files stay in the bytes they came in. */
export class Descriptors {
  readonly #files = new Map<string, { readonly bytes: Uint8Array; readonly imports: readonly string[] }>();
  readonly #symbols = new Map<string, string>();
  readonly #extensions = new Map<string, Map<number, string>>();

  /** @param set a serialised google.protobuf.FileDescriptorSet: repeated FileDescriptorProto file = 1 */
  constructor(set: Uint8Array) {
    const reader = new BinaryReader(set);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === 10) this.#add(reader.bytes());
      else reader.skip(tag & 7);
    }
  }

  /** The file of that name and all that it imports, imports first. undefined when unknown. */
  file(name: string): ReadonlyMap<string, Uint8Array> | undefined {
    if (!this.#files.has(name)) return undefined;
    const closure = new Map<string, Uint8Array>();
    const visit = (next: string): void => {
      const found = this.#files.get(next);
      if (found === undefined || closure.has(next)) return;
      for (const imported of found.imports) visit(imported);
      closure.set(next, found.bytes);
    };
    visit(name);
    return closure;
  }

  fileOfSymbol(symbol: string): string | undefined {
    return this.#symbols.get(symbol);
  }

  fileOfExtension(type: string, number: number): string | undefined {
    return this.#extensions.get(type)?.get(number);
  }

  /** undefined for a type that is not in the set. */
  extensionsOf(type: string): number[] | undefined {
    const known = this.#extensions.get(type);
    if (known !== undefined) return [...known.keys()].sort((a, b) => a - b);
    return this.#symbols.has(type) ? [] : undefined;
  }

  #add(bytes: Uint8Array): void {
    const file = FileDescriptorProto.decode(bytes);
    const name = file.name ?? "";
    this.#files.set(name, { bytes, imports: file.dependency ?? [] });
    const scope = file.package ? `${file.package}.` : "";
    const symbol = (full: string) => void this.#symbols.set(full, name);
    for (const message of file.messageType ?? []) this.#addMessage(message, scope, name);
    for (const type of file.enumType ?? []) {
      symbol(`${scope}${type.name}`);
      // Enum values are named in the scope that holds the enum.
      for (const value of type.value ?? []) symbol(`${scope}${value.name}`);
    }
    for (const service of file.service ?? []) {
      symbol(`${scope}${service.name}`);
      for (const method of service.method ?? []) symbol(`${scope}${service.name}.${method.name}`);
    }
    this.#addExtensions(file.extension ?? [], scope, name);
  }

  #addMessage(message: DescriptorProto, scope: string, file: string): void {
    const full = `${scope}${message.name}`;
    const symbol = (name: string) => void this.#symbols.set(name, file);
    symbol(full);
    for (const field of message.field ?? []) symbol(`${full}.${field.name}`);
    for (const oneof of message.oneofDecl ?? []) symbol(`${full}.${oneof.name}`);
    for (const type of message.enumType ?? []) {
      symbol(`${full}.${type.name}`);
      for (const value of type.value ?? []) symbol(`${full}.${value.name}`);
    }
    for (const nested of message.nestedType ?? []) this.#addMessage(nested, `${full}.`, file);
    this.#addExtensions(message.extension ?? [], `${full}.`, file);
  }

  #addExtensions(extensions: readonly FieldName[], scope: string, file: string): void {
    for (const { name, number, extendee } of extensions) {
      this.#symbols.set(`${scope}${name}`, file);
      const type = (extendee ?? "").replace(/^\./, "");
      const known = this.#extensions.get(type) ?? new Map<number, string>();
      known.set(number ?? 0, file);
      this.#extensions.set(type, known);
    }
  }
}

interface FieldName {
  readonly name?: string | undefined;
  readonly number?: number | undefined;
  readonly extendee?: string | undefined;
}
