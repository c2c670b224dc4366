import type { Command } from "commander";
import { addAuditCommands } from "./audit.ts";
import { addBackupCommand } from "./backup.ts";
import { addConfigCommand } from "./config.ts";
import { addCoverageCommands } from "./coverage.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addFeedbackCommands } from "./feedback.ts";
import { addGraphCommands } from "./graph.ts";
import { addIngestCommands } from "./ingest.ts";
import { addLifecycleCommand } from "./lifecycle.ts";
import { program } from "./program.ts";
import { addQuotaCommands } from "./quota.ts";
import { addRestoreCommand } from "./restore.ts";
import { addScheduleCommands } from "./schedule.ts";
import { addSearchCommand } from "./search.ts";
import { addServeCommand } from "./serve.ts";
import { addStatusCommand } from "./status.ts";
import { addTokenCommands } from "./token.ts";

/** The `gateway` command with all that it can do; nothing runs yet. */
export function gatewayProgram(): Command {
  const gateway = program("gateway", "Indexes repositories and answers agents' questions about them over gRPC.");
  addServeCommand(gateway);
  addStatusCommand(gateway);
  addIngestCommands(gateway.command("ingest").description("keep the index in step with its sources"));
  addSearchCommand(gateway);
  addGraphCommands(gateway);
  addLifecycleCommand(gateway);
  addAuditCommands(gateway);
  addScheduleCommands(gateway);
  addCoverageCommands(gateway);
  addTokenCommands(gateway);
  addQuotaCommands(gateway);
  addFeedbackCommands(gateway);
  addConfigCommand(gateway);
  addDoctorCommand(gateway);
  addBackupCommand(gateway);
  addRestoreCommand(gateway);
  return gateway;
}
