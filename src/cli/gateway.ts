#!/usr/bin/env node
import { addAuditCommands } from "./audit.ts";
import { addConfigCommand } from "./config.ts";
import { addCoverageCommands } from "./coverage.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addIngestCommands } from "./ingest.ts";
import { program, runProgram } from "./program.ts";
import { addScheduleCommands } from "./schedule.ts";
import { addSearchCommand } from "./search.ts";
import { addServeCommand } from "./serve.ts";
import { addStatusCommand } from "./status.ts";
import { addTokenCommands } from "./token.ts";

const gateway = program("gateway", "Indexes repositories and answers agents' questions about them over gRPC.");
addServeCommand(gateway);
addStatusCommand(gateway);
addIngestCommands(gateway.command("ingest").description("keep the index in step with its sources"));
addSearchCommand(gateway);
addAuditCommands(gateway);
addScheduleCommands(gateway);
addCoverageCommands(gateway);
addTokenCommands(gateway);
addConfigCommand(gateway);
addDoctorCommand(gateway);
await runProgram(gateway);
