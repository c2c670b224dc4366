#!/usr/bin/env node
import { gatewayProgram } from "./gateway-program.ts";
import { runProgram } from "./program.ts";

await runProgram(gatewayProgram());
