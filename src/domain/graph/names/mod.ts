/** What names stand for, by the rules of scopes, imports, packages and classes. */
export { bindingOf, type Context, chain, functionAround, isStar, placeOf, submoduleOf } from "./context.ts";
export { importedBy } from "./exported.ts";
export type { Found, Meaning } from "./meaning.ts";
export { named } from "./named.ts";
