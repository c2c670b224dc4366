#!/usr/bin/env node
import { addIngestCommands } from "./ingest.ts";
import { program, runProgram } from "./program.ts";

const ingest = program("gateway-ingest", "`gateway ingest` by its own name: keeps the index in step with its sources.");
addIngestCommands(ingest);
await runProgram(ingest);
