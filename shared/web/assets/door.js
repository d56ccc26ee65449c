// The desk at the entrance: every entry is on the phone first, then sent. Works on without network, restarts included.
import { scan } from "./door-camera.js";
import { markOf, readCode } from "./door-codes.js";
import * as page from "./door-page.js";
import * as store from "./door-store.js";
import { Away, Refused, SignedOut, sync } from "./door-sync.js";

const at = (id) => document.getElementById(id);
const main = document.querySelector("main");
const desk = { base: main.dataset.base, conference: main.dataset.conference };
const EVERY = 15_000;
// A phone that nobody touches must not keep its sign-in alive.
const IDLE = 15 * 60_000;
// The camera sees the same ticket many times a second.
const SAME_AGAIN = 5_000;
const MARK_LENGTH = 8;
const LAST = 10;
const PLAIN = ["checked_in", "walk_in", "unchecked"];

let trouble;
let shown;
let sending;
let wanted = false;
let stopCamera;
let touched = Date.now();
let lastRead = { code: "", at: 0 };

const now = () => new Date().toISOString();

async function draw() {
  const [lines, waiting, list] = await Promise.all([store.log(desk.conference), store.pending(desk.conference), store.list(desk.conference)]);
  const counted = list?.attendance.people ?? Number(main.dataset.people);
  page.showCount(counted + waiting.reduce((sum, row) => sum + row.delta, 0));
  page.showNetwork(waiting.length, trouble, send);
  page.showLast(lines.slice(0, LAST), undo);
  const current = lines.find((line) => line.client_id === shown?.client_id);
  if (current && current.result !== shown.result) page.showResult(current);
  shown = current ?? shown;
  page.showAdjusting(shown?.result === "checked_in" && shown.kind === "ticket", shown?.people);
}

async function send() {
  wanted = true;
  sending ??= (async () => {
    while (wanted) {
      wanted = false;
      try {
        await sync(desk);
        trouble = undefined;
      } catch (error) {
        trouble = error instanceof SignedOut ? "signedOut" : error instanceof Refused ? "refused" : "offline";
        if (!(error instanceof Away || error instanceof SignedOut || error instanceof Refused)) throw error;
      }
      await draw();
    }
  })().finally(() => (sending = undefined));
  return sending;
}

async function note(rows, lines, show) {
  await store.add(desk.conference, rows, lines);
  touched = Date.now();
  shown = show;
  page.showResult(show);
  await draw();
  send();
}

// What the list on this phone says about a ticket.
async function judge(code) {
  const list = await store.list(desk.conference);
  if (!list) return { result: "unchecked", people: 1, counted: 0 };
  const mark = await markOf(list.salt, code, MARK_LENGTH);
  const [, people, isPresent] = list.tickets.find(([known]) => known === mark) ?? [];
  if (people === undefined) return { result: "unchecked", people: 1, counted: 0 };
  return isPresent ? { result: "already", people, counted: 0 } : { result: "checked_in", people, counted: people };
}

async function takeTicket(typed, people) {
  const code = readCode(typed);
  if (!code) return page.showResult({ result: "typing_mistake" });
  const before = (await store.log(desk.conference)).find((line) => line.code === code && PLAIN.includes(line.result));
  if (before) {
    shown = undefined;
    page.showResult({ ...before, result: "already", since: before.at });
    return draw();
  }
  const judged = await judge(code);
  if (people && judged.counted) judged.counted = judged.people = people;
  return takeEntry(code, judged, people);
}

function takeEntry(code, judged, people) {
  const entry = { client_id: crypto.randomUUID(), ticket: code, at: now(), ...(people ? { people } : {}) };
  const line = { client_id: entry.client_id, at: entry.at, since: judged.result === "already" ? undefined : entry.at, kind: "ticket", code, ...judged };
  return note([{ entry, delta: judged.counted }], [line], line);
}

function takeWalkIn(count, name) {
  const entry = { client_id: crypto.randomUUID(), at: now(), walk_in: { count, ...(name ? { name } : {}) } };
  const line = { client_id: entry.client_id, at: entry.at, kind: "walk_in", result: "walk_in", people: count, counted: count };
  return note([{ entry, delta: count }], [line], line);
}

function undone(line) {
  const entry = { client_id: line.client_id, undo: true };
  return [{ entry, delta: -line.counted }, { ...line, result: "undone", counted: 0 }];
}

function undo(line) {
  const [row, changed] = undone(line);
  return note([row], [changed], changed);
}

// Fewer came than the ticket says: the entry is undone and made anew.
async function adjust(step) {
  const people = shown.people + step;
  const [row, changed] = undone(shown);
  const code = shown.code;
  await store.add(desk.conference, [row], [changed]);
  return takeEntry(code, { result: "checked_in", people, counted: people }, people);
}

async function toggleCamera() {
  if (stopCamera) {
    stopCamera();
    stopCamera = undefined;
  } else {
    at("kamera-fehlt").hidden = true;
    try {
      at("bild").hidden = false;
      stopCamera = await scan(at("bild"), main.dataset.scanner, (text) => {
        if (text === lastRead.code && Date.now() - lastRead.at < SAME_AGAIN) return;
        lastRead = { code: text, at: Date.now() };
        takeTicket(text);
      });
    } catch {
      at("kamera-fehlt").hidden = false;
    }
  }
  at("bild").hidden = !stopCamera;
  at("scannen").setAttribute("aria-pressed", String(Boolean(stopCamera)));
}

async function leave() {
  await send();
  const waiting = (await store.pending(desk.conference)).length;
  if (waiting) return page.showNetwork(waiting, "first", send);
  await store.forgetEverything();
  await caches.delete("einlass");
  await (await navigator.serviceWorker?.getRegistration())?.unregister();
  location.assign("/intern/abmelden");
}

// The page and everything it loaded, for the next start without network.
async function keepPage() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(`${desk.base}/worker.js`, { scope: desk.base, updateViaCache: "none" });
  const loaded = performance.getEntriesByType("resource").map((it) => new URL(it.name).pathname);
  const files = new Set([main.dataset.scanner, main.dataset.scannerTables, ...loaded.filter((path) => path.startsWith("/static/"))]);
  const cache = await caches.open("einlass");
  await cache.addAll([...files]);
  for (const kept of await cache.keys()) {
    const { pathname } = new URL(kept.url);
    if (pathname.startsWith("/static/") && !files.has(pathname)) await cache.delete(kept);
  }
  // A redirect would be the sign-in page.
  const itself = await fetch(desk.base);
  if (itself.ok && !itself.redirected) await cache.put(desk.base, itself);
  await navigator.storage?.persist?.();
}

function step(by) {
  const field = at("f-count");
  field.value = Math.min(Math.max((Number(field.value) || 1) + by, 1), Number(field.max));
}

at("ohne-anmeldung").addEventListener("submit", (event) => {
  event.preventDefault();
  step(0);
  takeWalkIn(Number(at("f-count").value), at("f-name").value.trim());
  event.target.reset();
});
at("code").addEventListener("submit", (event) => {
  event.preventDefault();
  takeTicket(at("f-ticket").value, Number(at("f-people").value) || undefined);
  if (readCode(at("f-ticket").value)) event.target.reset();
});
at("weniger").addEventListener("click", () => step(-1));
at("mehr").addEventListener("click", () => step(1));
at("einer-weniger").addEventListener("click", () => adjust(-1));
at("einer-mehr").addEventListener("click", () => adjust(1));
at("scannen").addEventListener("click", toggleCamera);
at("feierabend").addEventListener("click", leave);
// Whoever signs out above leaves nothing behind either.
document.querySelector('a[href="/intern/abmelden"]').addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
for (const id of ["weniger", "mehr", "feierabend"]) at(id).hidden = false;
at("kamera").hidden = !navigator.mediaDevices?.getUserMedia;
addEventListener("online", send);
document.addEventListener("visibilitychange", () => document.hidden || send());
for (const act of ["pointerdown", "keydown"]) addEventListener(act, () => (touched = Date.now()));
setInterval(() => Date.now() - touched < IDLE && send(), EVERY);
await draw();
send().then(keepPage).catch(() => {});
