// Exits with 1 if ports.yaml in a folder says other than ports.json.
const { isDeepStrictEqual } = require("node:util");
const { readFileSync } = require("node:fs");
const yaml = require("js-yaml");

const read = (name) => readFileSync(`${process.argv[2]}/${name}`, "utf8");
process.exit(isDeepStrictEqual(yaml.load(read("ports.yaml")), JSON.parse(read("ports.json"))) ? 0 : 1);
