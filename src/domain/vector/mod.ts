/** How a vector is kept: one signed byte a dimension and one scale, and the cosine that follows from them. */
export { cosine } from "./cosine.ts";
export { type QuantisedVector, quantise } from "./quantise.ts";
