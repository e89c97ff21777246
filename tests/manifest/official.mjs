// Microsoft's schema read by the validator that Microsoft's package uses. Prints the errors as JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, schema] = process.argv.slice(2);
const require = createRequire(folder + "/");
const Ajv = require("ajv-draft-04").default ?? require("ajv-draft-04");
const formats = require("ajv-formats").default ?? require("ajv-formats");
// The schema of translations has a pattern that only the older reading of regular expressions takes.
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: !schema.includes("Localization") });
formats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));
validate(JSON.parse(readFileSync(0, "utf8")));
console.log(JSON.stringify(validate.errors ?? []));
