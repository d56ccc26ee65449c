// Holds shared/events/asyncapi.yaml against AsyncAPI's official parser; prints what is wrong and fails.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const file = new URL("../shared/events/asyncapi.yaml", import.meta.url);
const { document, diagnostics } = await new Parser().parse(await readFile(file, "utf8"));
const errors = diagnostics.filter((found) => found.severity === 0);
for (const error of errors) console.error(`${error.path.join(".")}: ${error.message}`);
if (!document || errors.length > 0) process.exit(1);
console.log(`asyncapi.yaml: ${document.allMessages().length} events, valid`);
