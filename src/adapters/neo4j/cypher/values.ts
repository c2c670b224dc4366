import { Buffer } from "node:buffer";
import neo4j, { type Node, type Path, type Relationship } from "neo4j-driver";
import { Fault, invalid } from "../../../domain/mod.ts";

/** Lists and maps within each other: `JSON.stringify` and whoever reads it recurse. */
const deepest = 60;

/**
 * A value as JSON has it: nodes as {elementId, labels, properties}, relationships as {elementId, type, from, to,
 * properties}, paths as lists of both in turn; whole numbers past 2^53 and numbers that JSON lacks as texts; times as
 * in ISO 8601; bytes in base64.
 */
export function toJson(value: unknown, depth = 0): unknown {
  if (depth > deepest)
    throw new Fault("exhausted", `the answer has lists or maps more than ${deepest} deep: return less`, {
      reason: "CYPHER_TOO_LARGE",
    });
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return value;
  const inner = (one: unknown): unknown => toJson(one, depth + 1);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Int8Array || value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  if (neo4j.isNode(value)) return node(value, inner);
  if (neo4j.isRelationship(value)) return relationship(value, inner);
  if (neo4j.isPath(value)) return path(value, inner);
  if (neo4j.isPoint(value)) {
    const { srid, x, y, z } = value as { srid: unknown; x: number; y: number; z?: number };
    return { srid: inner(srid), x, y, ...(z === undefined ? {} : { z }) };
  }
  // Times and durations write themselves.
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return mapped(value, inner);
}

function node({ elementId, labels, properties }: Node, inner: (value: unknown) => unknown): unknown {
  return { elementId, labels, properties: mapped(properties, inner) };
}

function relationship(value: Relationship, inner: (value: unknown) => unknown): unknown {
  const { elementId, type, startNodeElementId: from, endNodeElementId: to, properties } = value;
  return { elementId, type, from, to, properties: mapped(properties, inner) };
}

function path({ start, segments }: Path, inner: (value: unknown) => unknown): unknown {
  return [start, ...segments.flatMap((segment) => [segment.relationship, segment.end])].map(inner);
}

function mapped(value: object, inner: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one)]));
}

/** A parameter as Neo4j has it: whole numbers as integers, since LIMIT and lists' places take nothing else. */
export function toParameter(value: unknown): unknown {
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return value;
    if (!Number.isSafeInteger(value))
      throw invalid(
        "parameters_json",
        "holds a whole number past 2^53, which JSON loses: send text, and use toInteger()",
      );
    return neo4j.int(value);
  }
  if (Array.isArray(value)) return value.map(toParameter);
  if (typeof value === "object" && value !== null) return mapped(value, toParameter);
  return value;
}
