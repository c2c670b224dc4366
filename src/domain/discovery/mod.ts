/** Judges files by their names and content: language, type, secrets, refusals, subsystems. */
export { artifactTypeOf } from "./artifact-type.ts";
export { type Assignment, buildCatalogue, type Catalogue, manifestPaths } from "./build-catalogue.ts";
export type { Subsystem } from "./catalogue-file.ts";
export { type OwnerRule, parseCodeOwners } from "./code-owners.ts";
export { globAlternativeLimit, globLengthLimit, globMatcher } from "./glob-matcher.ts";
export { headLength, languageOf } from "./language.ts";
export { isReadLockFile, longestLockFile, namesEveryPackage } from "./lock-files.ts";
export { looksBinary, looksGenerated } from "./looks.ts";
export { pathRefusal } from "./path-refusal.ts";
export { excludedBy, listedRefusal, type Refusal } from "./refusal.ts";
export { secretLines, secretShapes, shapedSecret } from "./secret-lines.ts";
export { noSecretGlobs, type SecretGlobs, secretPathRules } from "./secret-paths.ts";
