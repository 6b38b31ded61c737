// ports.html in Debian's Chromium, compared with ports.json.
//
// node page.test.mjs FOLDER, where FOLDER holds ports.html, ports.json, odd.html, own.html and many.html.
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

const SEARCH = "input[type=search]";
const chooseStatus = (page, status) => page.check(`[name=status][value="${status}"]`, { force: true });

test("53 leaves the one row that holds port 53", () =>
  visit("ports.html", {}, async (page) => {
    await page.locator(SEARCH).pressSequentially("53");
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
    const either = (one, other) => (record) => one(record) || other(record);
    const on = (port, protocol) => both(touches(port, port), (record) => record[protocol] && record[protocol].status !== "no");
    for (const [query, wanted, least] of [
      ["53", touches(53, 53), 1],
      ["9", touches(9, 9), 2],
      ["72", touches(72, 72), 1],
      ["230", touches(230, 230), 1],
      ["71-74", touches(71, 74), 1],
      ["60–72", touches(60, 72), 5],
      ["72 - 60", touches(60, 72), 5],
      ["0", touches(0, 0), 1],
      ["53/udp", on(53, "udp"), 1],
      ["53 / UDP", on(53, "udp"), 1],
      ["9/tcp", on(9, "tcp"), 1],
      ["9/udp", on(9, "udp"), 2],
      ["53/dccp", on(53, "dccp"), 0],
      ["80,443", either(touches(80, 80), touches(443, 443)), 2],
      ["80, 443", either(touches(80, 80), touches(443, 443)), 2],
      ["80 443", either(touches(80, 80), touches(443, 443)), 2],
      ["20/21", either(touches(20, 20), touches(21, 21)), 2],
      ["60-62,53/udp", either(touches(60, 62), on(53, "udp")), 3],
      ["port 53", touches(53, 53), 1],
      ["Ports: 80, 443", either(touches(80, 80), touches(443, 443)), 2],
      ["port:53", touches(53, 53), 1],
      [":53", touches(53, 53), 1],
      ["#53", touches(53, 53), 1],
      ["#domain", says("domain"), 1],
      ["domain/udp", both(says("domain"), (record) => record.udp && record.udp.status !== "no"), 1],
      ["port", says("port"), 3],
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
      await page.fill(SEARCH, query);
      await assertShown(page, chosen, query);
    }
  }));

const wholeNumber = (number) => ({ name, aliases, description }) =>
  new RegExp(`(?<!\\d)${number}(?!\\d)`).test([name, ...aliases, description].join(" "));

test("a number that is no port of the table is found in the text", () =>
  visit("ports.html", {}, async (page) => {
    for (const [query, number, note] of [
      ["7858", 7858, "No row has port 7858. The table covers ports 0 to 1023. This row mentions the number in the text."],
      ["rfc 7858", 7858, /This row mentions/],
      ["6", 6, /These rows mention/],
      ["78", 78, ""], // a port: 7858 is not found by a part of it
    ]) {
      const chosen = records.filter(number === 78 ? (record) => record.first_port <= 78 && record.last_port >= 78 : wholeNumber(number));
      await page.fill(SEARCH, query);
      await assertShown(page, chosen, query);
      const said = await page.locator("#note").textContent();
      if (typeof note === "string") assert.equal(said, note);
      else assert.match(said, note);
    }
  }));

test("the range is said in the title, on top, and where a port is not in it", () =>
  visit("ports.html", {}, async (page) => {
    assert.equal(await page.title(), "List of TCP and UDP port numbers, 0–1023");
    assert.match(await page.locator("header").innerText(), /Ports 0 to 1023, 293 rows\./);
    await page.fill(SEARCH, "8080");
    await assertShown(page, []);
    assert.equal(await page.locator("#note").innerText(), "No row has port 8080. The table covers ports 0 to 1023.");
    await page.fill(SEARCH, "53");
    assert.equal(await page.locator("#note").innerText(), "");
  }));

const counts = (page) =>
  page.$$eval("fieldset label", (labels) => labels.map((label) => [label.control.value, Number(label.querySelector("b").textContent)]));

test("each status counts the rows of the search that have it", () =>
  visit("ports.html", {}, async (page) => {
    for (const [query, protocol, says] of [
      ["", "", () => true],
      ["", "udp", () => true],
      ["100-200", "", ({ first_port, last_port }) => first_port <= 200 && last_port >= 100],
      ["100-200", "tcp", ({ first_port, last_port }) => first_port <= 200 && last_port >= 100],
    ]) {
      await page.fill(SEARCH, query);
      await page.selectOption("[name=protocol]", protocol);
      const cells = (record) => (protocol ? [protocol] : PROTOCOLS).map((name) => record[name]?.status);
      const chosen = records.filter(says);
      const any = protocol ? chosen.filter((record) => cells(record).some((cell) => cell && cell !== "no")) : chosen;
      const expected = ["yes", "unofficial", "assigned", "no", "reserved"].map((status) => [status, chosen.filter((record) => cells(record).includes(status)).length]);
      assert.deepEqual(await counts(page), [["", any.length], ...expected], `${query} ${protocol}`);
      await chooseStatus(page, "yes");
      assert.deepEqual((await shown(page)).length, expected[0][1]);
      await chooseStatus(page, "");
    }
  }));

test("each column sorts, up, down, and back to the order of the source", () =>
  visit("ports.html", {}, async (page) => {
    const ranks = ["yes", "unofficial", "assigned", "no", "reserved"];
    const collator = new Intl.Collator("en", { numeric: true });
    const status = (protocol) => (record) => record[protocol] && ranks.indexOf(record[protocol].status);
    const columns = {
      Port: ({ first_port, last_port }) => first_port * 65536 + last_port,
      Name: ({ name }) => name,
      TCP: status("tcp"),
      UDP: status("udp"),
      SCTP: status("sctp"),
      DCCP: status("dccp"),
    };
    for (const [name, key] of Object.entries(columns)) {
      const header = page.getByRole("columnheader", { name });
      for (const [sign, aria] of [[1, "ascending"], [-1, "descending"], [0, null]]) {
        await header.getByRole("button").click();
        assert.equal(await header.getAttribute("aria-sort"), aria);
        const compare = (a, b) => (typeof a === "string" ? collator.compare(a, b) : a - b);
        const sorted = records.map((record, index) => ({ record, index, value: key(record) ?? undefined })).toSorted((a, b) => {
          if (!sign) return a.index - b.index;
          if (a.value === undefined || b.value === undefined) return (a.value === undefined) - (b.value === undefined) || a.index - b.index;
          return sign * compare(a.value, b.value) || a.index - b.index;
        });
        assert.deepEqual(await shown(page), idsOf(sorted.map(({ record }) => record)), `${name} ${aria}`);
      }
    }
    await page.getByRole("columnheader", { name: "Description" }).getByRole("button").click();
    await page.waitForURL("**/ports.html#sort=description");
    const texts = await page.$$eval("#ports tbody tr td:last-child > span", (spans) => spans.map(({ textContent }) => textContent));
    assert.match(texts.find(Boolean), /^(802|9P|ACR|AFP|AIX|Access|Active|A|\d)/);
    await page.fill(SEARCH, "mail");
    assert.equal((await shown(page)).length, 9);
  }));

test("the whole header sorts, and a mark says that it can", () =>
  visit("ports.html", {}, async (page) => {
    const header = page.getByRole("columnheader", { name: "UDP" });
    const { width, height } = await header.boundingBox();
    for (const position of [{ x: 2, y: 2 }, { x: width - 2, y: height - 2 }]) await header.click({ position });
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    const mark = (name) => page.getByRole("columnheader", { name }).getByRole("button").evaluate((button) => getComputedStyle(button, "::after").content);
    assert.match(await mark("UDP"), /↓/);
    assert.match(await mark("TCP"), /↕/);
  }));

for (const [device, options] of [["a desk", {}], ["a phone", { viewport: PHONE, hasTouch: true, isMobile: true }]]) {
  test(`a row that the address names is in sight, below what sticks (${device})`, async () => {
    for (const id of ["r443.1", "r1023.1", "r71-74.1"]) {
      await visit(`ports.html#${id}`, options, async (page) => {
        await page.waitForTimeout(100);
        const [top, bottom, stuck, screen] = await page.evaluate((id) => {
          const { top, bottom } = document.getElementById(id).getBoundingClientRect();
          const stuck = ["#search", "#ports thead"].map((name) => document.querySelector(name).getBoundingClientRect().bottom);
          return [top, bottom, Math.max(...stuck), innerHeight];
        }, id);
        assert.ok(top >= stuck && bottom <= screen, `${id}: ${top} to ${bottom} below ${stuck}`);
      });
    }
  });

  test(`a range takes one line (${device})`, () =>
    visit("ports.html", options, async (page) => {
      const height = (id) => page.locator(`[id="${id}"] th`).evaluate((cell) => cell.firstChild.getBoundingClientRect().height);
      assert.equal(await height("r476-490.1"), await height("r444.1"));
      assert.equal(await page.locator("#readout").innerText(), `${options.hasTouch ? "Tap" : "Click"} a port, or drag over several`);
    }));
}

test("a table of one's own has its own title, columns and words, and no others", async () => {
  await visit("own.html", {}, async (page) => {
    assert.equal(await page.title(), "Ports in own.md, 22–32767");
    const headers = page.getByRole("columnheader");
    assert.deepEqual(await headers.allInnerTexts(), ["Port", "Name", "TCP", "UDP", "Zone", "Owner", "Description"]);
    const text = await page.locator("body").innerText();
    for (const word of ["SCTP", "Wikipedia", "official", "reserved", "licence", "=", "≈"]) assert.ok(!text.includes(word), word);
    assert.equal(await page.locator("fieldset").isVisible(), false);
    assert.match(await page.locator("#kinds").innerText(), /^2772 in the table\s*not in the table$/);
    await page.getByRole("columnheader", { name: "Owner" }).click();
    await page.waitForURL("**/own.html#sort=owner");
    assert.deepEqual(await shown(page), ["r22.1", "r53.1", "r443.1", "r80.1", "r30000-32767.1"]);
    await page.fill(SEARCH, "lab");
    assert.deepEqual(await shown(page), ["r30000-32767.1"]);
  });
  await visit("own.html#sort=zone", { viewport: PHONE }, async (page) => {
    const zone = page.locator("#r443\\.1 td").filter({ hasText: "DMZ" });
    assert.match(await zone.evaluate((cell) => getComputedStyle(cell, "::before").content), /Zone/);
  });
});

test("on paper it is a table", () =>
  visit("ports.html", {}, async (page) => {
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 700, height: 1000 });
    assert.equal(await page.locator("form").isVisible(), false);
    const [row, description] = [page.locator("#r53\\.1"), page.locator("#r53\\.1 td:last-child")];
    assert.equal(await row.evaluate((row) => getComputedStyle(row).display), "grid");
    assert.ok((await description.boundingBox()).width > 200);
  }));

test("an address keeps the order too", () =>
  visit("ports.html#sort=-port", {}, async (page) => {
    assert.equal((await shown(page))[0], "r1023.1");
    assert.equal(await page.locator("th[aria-sort=descending]").innerText(), "Port");
  }));

test("the map searches for what is clicked or dragged over, and shows what is found", () =>
  visit("ports.html", { viewport: { width: 1440, height: 900 } }, async (page) => {
    const canvas = page.locator("canvas");
    const { x, y, width, height } = await canvas.boundingBox();
    const [columns, side] = [128, height / 8];
    const gutter = width - columns * side; // the numbers of the lines
    assert.ok(gutter > 20 && gutter < 60, "1024 cells in 8 lines");
    const at = (port) => [x + gutter + ((port % columns) + 0.5) * side, y + (Math.floor(port / columns) + 0.5) * side];
    assert.match(await page.locator("#kinds").innerText(), /^\d+ yes or assigned\s*\d+ unofficial\s*\d+ reserved or no\s*not in the table$/);

    await page.mouse.move(...at(53));
    assert.equal(await page.locator("#readout").innerText(), "53 domain");
    await page.mouse.click(...at(53));
    assert.equal(await page.inputValue(SEARCH), "53");
    assert.deepEqual(await shown(page), ["r53.1"]);
    await page.mouse.move(...at(4));
    assert.equal(await page.locator("#readout").innerText(), "4 not in the table");

    await page.mouse.move(...at(150));
    await page.mouse.down();
    await page.mouse.move(...at(140));
    await page.mouse.up();
    assert.equal(await page.inputValue(SEARCH), "140-150");
    await assertShown(page, records.filter(({ first_port, last_port }) => first_port <= 150 && last_port >= 140));

    // A cell that is found is painted in full, the others faintly.
    await page.mouse.move(0, 0);
    const alpha = (port) =>
      canvas.evaluate((canvas, [x, y]) => {
        const pixel = document.createElement("canvas").getContext("2d");
        pixel.drawImage(canvas, -x, -y);
        return pixel.getImageData(0, 0, 1, 1).data[3];
      }, [at(port)[0] - x, at(port)[1] - y].map(Math.round));
    assert.equal(await alpha(143), 255);
    const faint = await alpha(53);
    assert.ok(faint > 20 && faint < 120, `${faint}`);
    await page.fill(SEARCH, "domain name system");
    assert.equal(await alpha(53), 255);
    assert.ok((await alpha(143)) < 120);
  }));

test("the map's counts are those of ports.json", () =>
  visit("ports.html", {}, async (page) => {
    const kinds = new Map();
    for (const record of records) {
      const statuses = PROTOCOLS.map((name) => record[name]?.status);
      const kind = statuses.some((status) => ["yes", "assigned"].includes(status)) ? 3 : statuses.includes("unofficial") ? 2 : 1;
      for (let port = record.first_port; port <= record.last_port; port++) kinds.set(port, Math.max(kinds.get(port) ?? 0, kind));
    }
    const count = (kind) => [...kinds.values()].filter((one) => one === kind).length;
    const expected = [count(3), count(2), count(1)];
    assert.deepEqual((await page.locator("#kinds").innerText()).match(/\d+/g).map(Number), expected);
  }));

test("the map works by keyboard, and its cells are big enough on a phone", () =>
  visit("ports.html", { viewport: PHONE }, async (page) => {
    const canvas = page.locator("canvas");
    const { width } = await canvas.boundingBox();
    assert.ok((width - 40) / 32 >= 9);
    await canvas.focus();
    await page.keyboard.press("Home");
    for (let times = 0; times < 26; times++) await page.keyboard.press("ArrowRight");
    assert.equal(await canvas.getAttribute("aria-valuetext"), "52-53 xns-time, domain");
    await page.keyboard.press("Enter");
    assert.deepEqual(await shown(page), ["r52.1", "r53.1"]);
    await page.keyboard.press("End");
    assert.match(await canvas.getAttribute("aria-valuetext"), /^1022-1023/);
  }));

test("a click on a port copies the link to its row, and leaves the row where it is", async () => {
  await visit("ports.html", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    const link = page.locator("#r88\\.1 th a");
    await link.scrollIntoViewIfNeeded();
    const before = await link.boundingBox();
    assert.equal(await link.evaluate((link) => getComputedStyle(link, "::after").opacity), "0");
    await link.hover();
    assert.equal(await link.evaluate((link) => getComputedStyle(link, "::after").opacity), "1");
    await link.click();
    assert.deepEqual(await link.boundingBox(), before);
    await page.waitForFunction(() => document.getElementById("said").textContent);
    assert.equal(await page.locator("#said").innerText(), "Link to port 88 copied");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${ORIGIN}ports.html#r88.1`);
    assert.ok(await page.$eval("#r88\\.1", (row) => row.matches(":target")));
  });
  await visit("ports.html", { permissions: [] }, async (page) => {
    await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error("no"))));
    await page.locator("#r88\\.1 th a").click();
    await page.waitForFunction(() => document.getElementById("said").textContent === "The link is in the address bar");
    assert.equal(new URL(page.url()).hash, "#r88.1");
  });
});

for (const [device, viewport] of [["a desk", { width: 1280, height: 800 }], ["a phone", PHONE]]) {
  test(`the link to a row shows the row, marked and in sight (${device})`, async () => {
    for (const id of ["r0.1", "r88.1", "r666.1", idsOf(records.slice(-1))[0]]) {
      await visit(`ports.html#${id}`, { viewport }, async (page) => {
        await page.waitForFunction(() => {
          const { top, bottom } = document.querySelector(":target").getBoundingClientRect();
          return top >= document.getElementById("search").getBoundingClientRect().bottom && bottom <= innerHeight;
        });
        const colors = await page.$$eval("#ports tbody tr", (rows) => rows.map((row) => [row.matches(":target"), getComputedStyle(row).backgroundColor]));
        assert.equal(new Set(colors.map(([target, color]) => `${target} ${color}`)).size, 2);
        assert.deepEqual(await shown(page), idsOf(records));
      });
    }
  });
}

test("the policy lets in no other script and no other style", () =>
  visit("ports.html", {}, async (page) => {
    const policy = await page.getAttribute("meta[http-equiv]", "content");
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.match(policy, /style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}=';/);
  }));

for (const [tag, changed] of [["script", (page) => page.evaluate(() => document.documentElement.className)], ["style", (page) => page.$eval("body", (body) => getComputedStyle(body).maxWidth)]]) {
  test(`a ${tag} that is not the page's own does not run`, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const body = read("ports.html");
    await context.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: body.replace(`</${tag}>`, ` </${tag}>`) }));
    await page.goto(`${ORIGIN}ports.html`);
    assert.ok(["", "none"].includes(await changed(page)), await changed(page));
    await context.close();
  });
}

test("filters leave the rows that ports.json has for them", () =>
  visit("ports.html", {}, async (page) => {
    const listed = await page.$$eval("[name=status]", (options) => options.map(({ value }) => value));
    assert.deepEqual(listed, ["", "yes", "unofficial", "assigned", "no", "reserved"]);
    for (const protocol of ["", ...PROTOCOLS]) {
      for (const status of listed) {
        await page.selectOption("[name=protocol]", protocol);
        await chooseStatus(page, status);
        const cells = (record) => (protocol ? [protocol] : PROTOCOLS).map((name) => record[name]?.status);
        const fits = (cell) => (status ? cell === status : cell && cell !== "no");
        const chosen = records.filter((record) => (protocol || status ? cells(record).some(fits) : true));
        await assertShown(page, chosen, `${protocol}/${status}`);
      }
    }
    await page.selectOption("[name=protocol]", "udp");
    await chooseStatus(page, "unofficial");
    await page.fill(SEARCH, "wake-on");
    assert.deepEqual(await shown(page), ["r9.2"]);
  }));

test("nothing found says so and offers the way back", () =>
  visit("ports.html", {}, async (page) => {
    await page.fill(SEARCH, "nosuchservice");
    await page.getByRole("button", { name: "Show all rows" }).click();
    await page.locator("#r0\\.1").waitFor();
    await assertShown(page, records);
    assert.equal(await page.inputValue(SEARCH), "");
  }));

test("the address keeps the search", () =>
  visit("ports.html#q=mail+transfer&protocol=tcp&status=yes", {}, async (page) => {
    assert.deepEqual(await shown(page), ["r25.1", "r209.1"]);
    await page.fill(SEARCH, "53");
    await page.selectOption("[name=protocol]", "");
    await chooseStatus(page, "");
    await page.waitForURL("**/ports.html#q=53");
    await page.fill(SEARCH, "");
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
    const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.hash || document.activeElement.localName);
    const press = async (keys) => {
      for (const key of keys.split(" ")) await keyboard.press(key);
      return focused();
    };
    await keyboard.press("/");
    await keyboard.type("9");
    assert.equal((await shown(page)).length, 2);
    assert.equal(await press("Tab"), "protocol");
    await keyboard.press("u");
    assert.equal(await page.inputValue("[name=protocol]"), "udp");
    assert.equal(await press("Tab"), "status");
    await keyboard.press("ArrowRight");
    assert.equal(await page.locator("[name=status]:checked").getAttribute("value"), "yes");
    await keyboard.press("ArrowLeft");
    assert.equal(await press("Tab"), "canvas");
    assert.equal(await press("/ Enter"), "#r9.1");
    assert.equal(await press("ArrowDown"), "#r9.2");
    assert.equal(await press("ArrowDown"), "#r9.2");
    await keyboard.press("Enter");
    await page.waitForURL("**/ports.html#r9.2");
    assert.equal(await press("ArrowUp ArrowUp"), "q");
    await keyboard.press("Escape");
    assert.equal(await page.inputValue(SEARCH), "");
    assert.equal(await press("ArrowDown"), "#r0.1");
    assert.equal(await press("End"), idsOf(records.slice(-1))[0].replace("r", "#r"));
    assert.ok(await page.evaluate(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      return top > 0 && bottom <= innerHeight;
    }));
    assert.equal(await press("Home"), "#r0.1");
    assert.equal(await press("Escape"), "q");
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
      assert.match(title, /leaves this cell blank because one cell covers TCP and UDP/);
    }
    await page.click("summary");
    assert.match(await page.locator("#legend dl").innerText(), /= merged\s+The source leaves/);
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
  await page.fill(SEARCH, "53");
  // The address of a file changes without a navigation that waitForURL could miss.
  await page.waitForFunction(() => location.href.endsWith("/ports.html#q=53"));
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
    for (const words of ["<script>alert(1)</script>", "A bad link", "Port 22", "N/A", 'Notes & "more"', "extra <img", "yes≈"]) {
      assert.ok(text.includes(words), `${words} in ${text}`);
    }
    assert.equal(await page.locator("#r8\\.1 a.red").textContent(), "red");
    assert.equal(await page.locator("#r666\\.1 td:last-child a").textContent(), "666");
    await page.locator("#r8\\.1 sup a").click();
    assert.match(await page.locator(":target").innerText(), /^A note with/);
  }));

for (const colorScheme of ["light", "dark"]) {
  for (const [device, viewport] of [["a desk", { width: 1280, height: 800 }], ["a phone", PHONE]]) {
    for (const name of ["ports.html", "odd.html", "own.html"]) {
      test(`axe finds nothing in ${name} (${colorScheme}, ${device})`, () =>
        visit(name, { colorScheme, viewport }, async (page) => {
          for (const summary of await page.locator("summary").all()) await summary.click();
          await page.evaluate(axe);
          const queries = colorScheme === "light" && viewport !== PHONE ? ["", "7", "nosuchservice"] : ["7"];
          for (const query of queries) {
            await page.fill(SEARCH, query);
            const { violations, passes } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
            assert.ok(passes.some(({ id }) => id === "color-contrast"));
            assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]), [], query);
          }
        }));
    }
  }

  test(`nothing is wider than the screen (${colorScheme})`, async () => {
    for (const name of ["ports.html", "odd.html", "own.html"]) {
      await visit(name, { colorScheme }, async (page) => {
        for (const summary of await page.locator("summary").all()) await summary.click();
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

test("a hundred times as many rows are found too", (t) =>
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
    }
  }));
