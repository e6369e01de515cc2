// Looks at HTML reports in a real browser, through its DevTools protocol: nothing cut off, nothing on top of
// something else, contrast of text, the first screen, no script but our own, no network, filters, print.
//
//   node --experimental-websocket look.mjs BROWSER OUT_FOLDER FILE...
//
// Writes screenshots and a PDF of each page into OUT_FOLDER; says what is wrong and ends with 1.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [browser, out, ...files] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), "mailpermit-browser-"));
const child = spawn(browser, ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
  "--disable-background-networking", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"]);
const address = await new Promise((done, fail) => {
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
    const found = /DevTools listening on (ws:\S+)/.exec(said);
    if (found) done(found[1]);
  });
  child.on("exit", () => fail(new Error(said)));
});
const socket = new WebSocket(address);
await new Promise((done) => { socket.onopen = done; });
let last = 0;
const waiting = new Map();
const requests = [];
let loaded = () => {};
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.id) {
    const { done, fail } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) fail(new Error(JSON.stringify(message.error))); else done(message.result);
  } else if (message.method === "Page.loadEventFired") {
    loaded();
  } else if (message.method === "Network.requestWillBeSent") {
    requests.push(message.params.request.url);
  }
};
let session;
const call = (method, params = {}) => new Promise((done, fail) => {
  waiting.set(++last, { done, fail });
  socket.send(JSON.stringify({ id: last, method, params, ...(session && { sessionId: session }) }));
});
const { targetId } = await call("Target.createTarget", { url: "about:blank" });
({ sessionId: session } = await call("Target.attachToTarget", { targetId, flatten: true }));
await call("Page.enable");
await call("Network.enable");

// Runs in the page; `function` so that its text can be sent.
function inspect() {
  const wrong = [];
  const width = innerWidth;
  const name = (e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class") || ""} "${(e.textContent || "").trim().slice(0, 40)}"`;
  if (document.scrollingElement.scrollWidth > width) wrong.push(`the page is ${document.scrollingElement.scrollWidth} wide`);
  const seen = (e) => e.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
  const parse = (text) => {
    const [r, g, b, a = 1] = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return { r, g, b, a };
  };
  const light = ({ r, g, b }) => {
    const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    const box = element.closest("g.node");
    if (box) return parse(getComputedStyle(box.querySelector("rect")).fill);
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.a === 1) return colour;
    }
    return parse(getComputedStyle(document.body).backgroundColor);
  };
  let texts = 0;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const checked = new Set();
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || checked.has(element) || ["SCRIPT", "STYLE", "TITLE", "title"].includes(element.tagName)) continue;
    checked.add(element);
    if (!seen(element) || element.closest(".skip")) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const range = document.createRange();
    range.selectNodeContents(element);
    const inside = element.closest(".scroll");
    for (const rect of range.getClientRects()) {
      if (!inside && rect.width && (rect.right > width + 1 || rect.left < -1)) {
        wrong.push(`cut off at ${Math.round(rect.right)} of ${width}: ${name(element)}`);
        break;
      }
    }
    const colour = parse(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(colour), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) wrong.push(`contrast ${ratio.toFixed(2)}: ${name(element)}`);
  }
  for (const svg of document.querySelectorAll("svg.diagram")) {
    const boxes = [...svg.querySelectorAll("g.node")].map((g) => ({ g, rect: g.querySelector("rect").getBBox() }));
    for (const { g, rect } of boxes) {
      for (const text of g.querySelectorAll("text")) {
        const box = text.getBBox();
        if (box.x + box.width > rect.x + rect.width || box.y + box.height > rect.y + rect.height) {
          wrong.push(`outside of its box: ${name(text)}`);
        }
      }
    }
    boxes.forEach(({ rect: a, g }, i) => boxes.slice(i + 1).forEach(({ rect: b }) => {
      if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height) {
        wrong.push(`boxes on top of each other: ${name(g)}`);
      }
    }));
    const view = svg.viewBox.baseVal;
    const all = svg.getBBox();
    if (all.x < 0 || all.y < 0 || all.x + all.width > view.width + 1 || all.y + all.height > view.height + 1) {
      wrong.push(`the drawing is larger than its frame`);
    }
  }
  // Blocks that follow each other must not share room.
  for (const parent of document.querySelectorAll("main, section, article, .verdict, .tiles")) {
    const rects = [...parent.children].filter((e) => seen(e) && getComputedStyle(e).display !== "inline")
      .map((e) => ({ e, r: e.getBoundingClientRect() })).filter(({ r }) => r.height > 0 && r.width > 0);
    for (let i = 1; i < rects.length; i += 1) {
      const [a, b] = [rects[i - 1].r, rects[i].r];
      if (a.bottom > b.top + 1 && a.right > b.left + 1 && b.right > a.left + 1) wrong.push(`overlap: ${name(rects[i].e)}`);
    }
  }
  const headline = document.querySelector(".verdict .headline, nav.apps li");
  if (headline && headline.getBoundingClientRect().bottom > innerHeight) wrong.push("the first screen does not answer");
  for (const e of document.querySelectorAll("a[href], summary, .scroll")) {
    if (e.tabIndex < 0) wrong.push(`not reachable with the keyboard: ${name(e)}`);
  }
  for (const a of document.querySelectorAll("a[href]")) {
    const target = a.getAttribute("href");
    if (!target.startsWith("#") || !document.getElementById(target.slice(1))) wrong.push(`a link to ${target}`);
  }
  if (document.documentElement.dataset.pwned) wrong.push("a script from a text has run");
  if (document.scripts.length > 1) wrong.push(`${document.scripts.length} scripts`);
  return { wrong: [...new Set(wrong)].slice(0, 20), texts, findings: document.querySelectorAll("article.finding").length };
}

const problems = [];
let looks = 0;
let texts = 0;
const evaluate = async (expression) => {
  const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, returnByValue: true });
  if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
  return result.value;
};
const visit = async (url) => {
  requests.length = 0;
  const done = new Promise((resolve) => { loaded = resolve; });
  await call("Page.navigate", { url });
  await done;
};
for (const file of files) {
  const url = pathToFileURL(resolve(file)).href;
  const title = basename(file, ".html");
  const complain = (where, list) => problems.push(...list.map((text) => `${title}, ${where}: ${text}`));
  for (const scheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 800], [360, 640]]) {
      await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
      await call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
      await visit(url);
      const { wrong, texts: here } = await evaluate(`(${inspect})()`);
      complain(`${scheme} ${width}`, wrong);
      complain(`${scheme} ${width}`, requests.filter((r) => r !== url).map((r) => `asks for ${r}`));
      const { cssContentSize } = await call("Page.getLayoutMetrics");
      const clip = { x: 0, y: 0, width, height: Math.min(cssContentSize.height, 4000), scale: 1 };
      const { data } = await call("Page.captureScreenshot", { clip, captureBeyondViewport: true });
      writeFileSync(join(out, `${title}-${width}-${scheme}.png`), Buffer.from(data, "base64"));
      looks += 1;
      texts += here;
    }
  }
  // The filter.
  const filtered = await evaluate(`(() => {
    const form = document.querySelector("form.filter");
    if (!form) return "none";
    if (form.hidden) return "the filter is not shown";
    const shown = () => [...document.querySelectorAll("article.finding")].filter((e) => e.checkVisibility()).length;
    const all = document.querySelectorAll("article.finding").length;
    const set = (change) => { change(); form.dispatchEvent(new Event("input", { bubbles: true })); };
    const forms = document.querySelectorAll("form.filter").length;
    if (shown() !== all) return "not all are shown at first";
    if (forms > 1) return "ok";
    set(() => { form.elements.text.value = "no finding says this"; });
    if (shown() !== 0 || !form.querySelector("output").textContent.startsWith("0 of " + all)) return "a text does not filter";
    set(() => { form.elements.text.value = ""; });
    const severities = form.querySelectorAll("[name=severity]");
    set(() => { for (const box of severities) box.checked = false; });
    if (shown() !== 0) return "severities do not filter";
    set(() => { for (const box of severities) box.checked = true; form.elements.suppressed.checked = false; });
    if (shown() !== all - document.querySelectorAll("article.finding[data-suppressed]").length) return "suppressed ones stay";
    return "ok";
  })()`);
  if (!["ok", "none"].includes(filtered)) complain("filter", [filtered]);
  await call("Emulation.setScriptExecutionDisabled", { value: true });
  await visit(url);
  const off = await evaluate(`[...document.querySelectorAll("article.finding")].every((e) => e.checkVisibility())
    && [...document.querySelectorAll("form.filter")].every((e) => !e.checkVisibility())`);
  if (!off) complain("scripts off", ["not everything can be read"]);
  await call("Emulation.setScriptExecutionDisabled", { value: false });
  await visit(url);
  const { data } = await call("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
  writeFileSync(join(out, `${title}.pdf`), Buffer.from(data, "base64"));
  // What is wider than paper is cut off there.
  await call("Emulation.setEmulatedMedia", { media: "print", features: [] });
  await call("Emulation.setDeviceMetricsOverride", { width: 718, height: 1000, deviceScaleFactor: 1, mobile: false });
  const paper = await evaluate(`(() => {
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > 719);
    const closed = [...document.querySelectorAll("details:not([open]) li")].filter((e) => !e.getClientRects().length);
    return [...wide.slice(0, 3).map((e) => "cut off on paper: " + e.tagName + "." + (e.getAttribute("class") || "")),
      ...closed.slice(0, 1).map((e) => "not printed: " + e.textContent.trim().slice(0, 40))];
  })()`);
  complain("print", paper);
  await call("Emulation.setEmulatedMedia", { media: "", features: [] });
}
socket.close();
child.removeAllListeners("exit");
child.kill();
await new Promise((done) => child.on("exit", done));
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
for (const problem of problems) console.error(problem);
console.log(`${files.length} pages, ${looks} looks, ${texts} texts, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
