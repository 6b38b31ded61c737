// Converts HTML from standard input to markdown: node turndown.cjs <package of the plugin>
const { readFileSync } = require("node:fs");
const Turndown = require("turndown");
const { gfm } = require(process.argv[2]);

process.stdout.write(new Turndown().use(gfm).turndown(readFileSync(0, "utf8")) + "\n");
