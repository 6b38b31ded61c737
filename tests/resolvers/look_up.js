// Answers each line "PORT tcp" with the official name. Node has no look-up the other way, and none of UDP.
const { lookupService } = require("node:dns").promises;
const { readFileSync } = require("node:fs");

async function main() {
  for (const line of readFileSync(0, "utf8").trim().split("\n")) {
    const { service } = await lookupService("127.0.0.1", parseInt(line));
    console.log(service);
  }
}

main();
