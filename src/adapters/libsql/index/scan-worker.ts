import { workerData } from "node:worker_threads";
import { helpScans, type ScanShare, scanKernel } from "../engine/mod.ts";

const { memory, control } = workerData as ScanShare;
helpScans(memory, control, scanKernel(memory));
