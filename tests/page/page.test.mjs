// ports.html in Debian's Chromium, compared with ports.json.
//
// node page.test.mjs FOLDER, where FOLDER holds ports.html, ports.json, odd.html and many.html.
// Every page is opened by `visit`, which also proves that nothing is logged and no request leaves.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = resolve(process.argv[2]);
const read = (name) => readFileSync(join(folder, name), "utf8");
const { records, citations, sources } = JSON.parse(read("ports.json"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PROTOCOLS = ["tcp", "udp", "sctp", "dccp"];
const PHONE = { width: 360, height: 740 };
const ORIGIN = "https://ports.example/";

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
});
after(() => browser?.close());

async function visit(address, options, look) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  await context.route("**/*", (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (`${origin}/` === ORIGIN && pathname.endsWith(".html")) {
      return route.fulfill({ contentType: "text/html", body: read(pathname.slice(1)) });
    }
    faults.push(`request: ${route.request().url()}`);
    return route.abort();
  });
  try {
    await page.goto(ORIGIN + address);
    await look(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

const shown = (page) =>
  page.$$eval("#ports tbody tr", (rows) => rows.filter((row) => row.checkVisibility()).map((row) => row.id));
const idsOf = (chosen) => chosen.map(({ id }) => `r${id.replace("#", ".")}`);
const countText = (chosen) =>
  chosen.length === records.length ? `${records.length} rows` : `${chosen.length} of ${records.length} rows`;

async function assertShown(page, chosen, why) {
  assert.deepEqual(await shown(page), idsOf(chosen), why);
  assert.equal(await page.locator("output").textContent(), countText(chosen), why);
  assert.equal(await page.locator("#none").isVisible(), chosen.length === 0, why);
}

test("53 leaves the one row that holds port 53", () =>
  visit("ports.html", {}, async (page) => {
    await page.locator("input").pressSequentially("53");
    assert.deepEqual(await shown(page), ["r53.1"]);
    assert.equal(await page.locator("output").textContent(), "1 of 293 rows");
    assert.equal(await page.locator("output").getAttribute("aria-live"), "polite");
  }));

test("a search leaves the rows that ports.json has for it", () =>
  visit("ports.html", {}, async (page) => {
    const touches = (from, to) => (r) => r.first_port <= to && r.last_port >= from;
    const says = (...words) => ({ name, aliases, description }) =>
      words.every((word) => [name ?? "", ...aliases, description].some((text) => text.toLowerCase().includes(word)));
    const both = (one, other) => (record) => one(record) && other(record);
    for (const [query, wanted, least] of [
      ["53", touches(53, 53), 1],
      ["9", touches(9, 9), 2],
      ["72", touches(72, 72), 1],
      ["230", touches(230, 230), 1],
      ["71-74", touches(71, 74), 1],
      ["60–72", touches(60, 72), 5],
      ["72 - 60", touches(60, 72), 5],
      ["0", touches(0, 0), 1],
      ["DNS", says("dns"), 1],
      ["kerberos-sec", says("kerberos-sec"), 1],
      ["transfer  file", says("transfer", "file"), 3],
      ["(smtp)", says("(smtp)"), 1],
      ["802.1", says("802.1"), 0],
      ["25 mail", both(touches(25, 25), says("mail")), 1],
      ["25 gopher", both(touches(25, 25), says("gopher")), 0],
      ["99999", touches(99999, 99999), 0],
      ["<b>", says("<b>"), 0],
      ["  ", () => true, 293],
    ]) {
      const chosen = records.filter(wanted);
      assert.ok(chosen.length >= least, query);
      await page.fill("input", query);
      await assertShown(page, chosen, query);
    }
  }));

test("filters leave the rows that ports.json has for them", () =>
  visit("ports.html", {}, async (page) => {
    const listed = await page.$$eval("[name=status] option", (options) => options.map(({ value }) => value));
    assert.deepEqual(listed, ["", "yes", "unofficial", "assigned", "no", "reserved"]);
    for (const protocol of ["", ...PROTOCOLS]) {
      for (const status of listed) {
        await page.selectOption("[name=protocol]", protocol);
        await page.selectOption("[name=status]", status);
        const cells = (record) => (protocol ? [protocol] : PROTOCOLS).map((name) => record[name]?.status);
        const fits = (cell) => (status ? cell === status : cell && cell !== "no");
        const chosen = records.filter((record) => (protocol || status ? cells(record).some(fits) : true));
        await assertShown(page, chosen, `${protocol}/${status}`);
      }
    }
    await page.selectOption("[name=protocol]", "udp");
    await page.selectOption("[name=status]", "unofficial");
    await page.fill("input", "wake-on");
    assert.deepEqual(await shown(page), ["r9.2"]);
  }));

test("nothing found says so and offers the way back", () =>
  visit("ports.html", {}, async (page) => {
    await page.fill("input", "nosuchservice");
    await page.getByRole("button", { name: "Show all rows" }).click();
    await page.locator("#r0\\.1").waitFor();
    await assertShown(page, records);
    assert.equal(await page.inputValue("input"), "");
  }));

test("the address keeps the search", () =>
  visit("ports.html#q=mail+transfer&protocol=tcp&status=yes", {}, async (page) => {
    assert.deepEqual(await shown(page), ["r25.1", "r209.1"]);
    await page.fill("input", "53");
    await page.selectOption("[name=protocol]", "");
    await page.selectOption("[name=status]", "");
    await page.waitForURL("**/ports.html#q=53");
    await page.fill("input", "");
    await page.waitForURL("**/ports.html");
  }));

test("a record's address leads to it, also from a search that hides it", () =>
  visit("ports.html#q=53", {}, async (page) => {
    await page.evaluate(() => (location.hash = "r666.1"));
    await page.locator("#r666\\.1").waitFor({ state: "visible" });
    assert.ok(await page.$eval("#r666\\.1", (row) => row.matches(":target")));
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector(":target").getBoundingClientRect();
      return top >= document.querySelector("thead").getBoundingClientRect().bottom && bottom <= innerHeight;
    });
  }));

test("a keyboard is enough", () =>
  visit("ports.html", {}, async (page) => {
    const { keyboard } = page;
    const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.hash);
    await keyboard.press("/");
    await keyboard.type("9");
    assert.equal((await shown(page)).length, 2);
    await keyboard.press("Enter");
    await keyboard.press("Tab");
    assert.equal(await focused(), "protocol");
    await keyboard.press("u");
    assert.equal(await page.inputValue("[name=protocol]"), "udp");
    await keyboard.press("Tab");
    assert.equal(await focused(), "status");
    await keyboard.press("Tab");
    assert.equal(await focused(), "#r9.1");
    await keyboard.press("/");
    await keyboard.press("Escape");
    assert.equal(await page.inputValue("input"), "");
  }));

test("every link, citation, name and tag of ports.json is there", () =>
  visit("ports.html", {}, async (page) => {
    const rows = await page.$$eval("#ports tbody tr", (rows) =>
      rows.map((row) => {
        const [port, name, tcp, udp, sctp, dccp, description] = row.cells;
        const hrefs = (cell, within) => Array.from(cell.querySelectorAll(within), (link) => link.getAttribute("href"));
        const status = (cell) => cell.firstChild && { status: cell.className, cites: hrefs(cell, "sup a") };
        return {
          id: row.id,
          port: port.textContent,
          names: name.textContent.split(" "),
          cells: [tcp, udp, sctp, dccp].map(status),
          description: description.firstElementChild.textContent,
          links: Array.from(description.querySelectorAll(":is(span, small) > a"), (link) => ({
            text: link.textContent, url: link.getAttribute("href"), missing: link.className === "red",
          })),
          cites: hrefs(description, "sup a"),
          tags: Array.from(description.querySelectorAll(":scope > small"), (small) => small.textContent).filter((text) => text.startsWith("[")),
        };
      }));
    const urls = new Map(citations.map(({ id, url }) => [id, url]));
    const cites = (ids) => ids.map((id) => urls.get(id));
    const byUrl = (a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0);
    for (const [index, record] of records.entries()) {
      const { first_port: first, last_port: last } = record;
      const row = rows[index];
      assert.deepEqual({ ...row, links: row.links.toSorted(byUrl) }, {
        id: `r${record.id.replace("#", ".")}`,
        port: first === last ? `${first}` : `${first}–${last}`,
        names: [record.name ?? "", ...record.aliases],
        cells: PROTOCOLS.map((name) => record[name] && { status: record[name].status, cites: cites(record[name].citations) }),
        description: record.description,
        links: record.links.toSorted(byUrl),
        cites: cites(record.citations),
        tags: record.tags.map((tag) => `[${tag}]`),
      });
    }
    assert.equal(rows.length, records.length);
  }));

test("merged cells, and no others, are marked with the reason", () =>
  visit("ports.html", {}, async (page) => {
    const marks = await page.$$eval("#ports .basis", (marks) =>
      marks.map((mark) => [mark.closest("tr").id, mark.closest("td").cellIndex, mark.textContent, mark.ariaLabel, mark.title]));
    const merged = records.filter(({ udp }) => udp?.basis === "merged");
    assert.equal(marks.length, 174);
    assert.deepEqual(marks.map(([id, cell]) => [id, cell]), idsOf(merged).map((id) => [id, 3]));
    for (const [, , mark, label, title] of marks) {
      assert.deepEqual([mark, label], ["=", "merged"]);
      assert.match(title, /^Blank in the source, .*Curated facts/);
    }
    await page.click("summary");
    assert.match(await page.locator("#legend dl").innerText(), /= merged\s+Blank in the source/);
  }));

test("licence, source and its hash are on the page", () =>
  visit("ports.html", {}, async (page) => {
    const about = page.locator("#about");
    assert.match(await about.innerText(), new RegExp(sources[0].sha256));
    assert.equal(await about.locator("[rel=license]").getAttribute("href"), "https://creativecommons.org/licenses/by-sa/4.0/");
  }));

test("without a script it is a plain table with every row", () =>
  visit("ports.html", { javaScriptEnabled: false }, async (page) => {
    assert.deepEqual(await shown(page), idsOf(records));
    assert.equal(await page.locator("form").isVisible(), false);
    assert.equal(await page.getByRole("row").count(), records.length + 1);
    assert.equal(await page.getByRole("columnheader").count(), 7);
  }));

test("it works as a file", async () => {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => errors.push(message.text()));
  await page.goto(`${pathToFileURL(join(folder, "ports.html"))}`);
  await page.fill("input", "53");
  await page.waitForURL("**/ports.html#q=53");
  assert.deepEqual(await shown(page), ["r53.1"]);
  assert.deepEqual(errors, []);
  await page.close();
});

test("a table that means harm does none", () =>
  visit("odd.html", {}, async (page) => {
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.locator("body :is(img, b[onclick])").count(), 0);
    const hrefs = await page.$$eval("a", (links) => links.map(({ protocol }) => protocol));
    assert.deepEqual([...new Set(hrefs)].sort(), ["http:", "https:", "mailto:"]);
    const text = await page.locator("#ports").innerText();
    for (const words of ["<script>alert(1)</script>", "A bad link", "Port 22", "N/A", 'Notes & "more" extra <img', "yes≈"]) {
      assert.ok(text.includes(words), `${words} in ${text}`);
    }
    assert.equal(await page.locator("#r8\\.1 a.red").textContent(), "red");
    assert.equal(await page.locator("#r666\\.1 td:last-child a").textContent(), "666");
    await page.locator("#r8\\.1 sup a").click();
    assert.match(await page.locator(":target").innerText(), /^A note with/);
  }));

for (const colorScheme of ["light", "dark"]) {
  for (const [device, viewport] of [["a desk", { width: 1280, height: 800 }], ["a phone", PHONE]]) {
    for (const name of ["ports.html", "odd.html"]) {
      test(`axe finds no serious fault in ${name} (${colorScheme}, ${device})`, () =>
        visit(name, { colorScheme, viewport }, async (page) => {
          await page.click("summary");
          await page.evaluate(axe);
          const { violations, passes } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
          assert.ok(passes.some(({ id }) => id === "color-contrast"));
          const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
          assert.deepEqual(grave.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]), []);
        }));
    }
  }

  test(`nothing is wider than the screen (${colorScheme})`, async () => {
    for (const name of ["ports.html", "odd.html"]) {
      await visit(name, { colorScheme }, async (page) => {
        await page.click("summary");
        for (const width of [320, 390, 768, 1024, 1280, 1920]) {
          await page.setViewportSize({ width, height: 800 });
          const [scroll, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          assert.ok(scroll <= screen, `${name} is ${scroll} wide on ${width}`);
        }
      });
    }
  });
}

test("in the dark it is dark", async () => {
  const light = (scheme) => async (page) => {
    const [red] = await page.$eval("body", (body) => getComputedStyle(body).backgroundColor.match(/\d+/g));
    assert.equal(red > 128, scheme === "light", scheme);
  };
  for (const colorScheme of ["light", "dark"]) await visit("ports.html", { colorScheme }, light(colorScheme));
});

test("a hundred times as many rows are still found at once", (t) =>
  visit("many.html", {}, async (page) => {
    for (const [query, rows] of [["5", 100], ["53", 100], ["mail", 900], ["", 29300]]) {
      const took = await page.evaluate(async (query) => {
        const { q } = document.getElementById("search").elements;
        const start = performance.now();
        q.value = query;
        q.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
        return performance.now() - start;
      }, query);
      t.diagnostic(`${query || "everything"}: ${Math.round(took)} ms`);
      assert.match(await page.locator("output").textContent(), new RegExp(`^${rows} `));
      assert.ok(took < 3000, `${query} took ${took} ms`);
    }
  }));
