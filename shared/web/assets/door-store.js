// What a desk keeps on its phone: entries the server hasn't answered yet, the last ones for undoing, marks of tickets.
// No names of people with tickets, no addresses. An entry goes only after its verdict was read.
const NAME = "einlass";
const KEPT_LOG = 30;
let opened;

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("pending", { keyPath: "key", autoIncrement: true });
      request.result.createObjectStore("log", { keyPath: "client_id" });
      request.result.createObjectStore("lists", { keyPath: "conference" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function change(work) {
  const database = await open();
  // Strict: it is on the disk before the helper sees "welcome".
  const transaction = database.transaction(["pending", "log", "lists"], "readwrite", { durability: "strict" });
  const finished = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  await work((name) => transaction.objectStore(name));
  await finished;
}

async function all(name, conference) {
  const store = (await open()).transaction(name).objectStore(name);
  return (await done(store.getAll())).filter((row) => row.conference === conference);
}

export const pending = (conference) => all("pending", conference);

export async function log(conference) {
  return (await all("log", conference)).sort((one, other) => other.at.localeCompare(one.at));
}

export async function list(conference) {
  const found = await done((await open()).transaction("lists").objectStore("lists").get(conference));
  return found && new Date(found.until) > new Date() ? found : undefined;
}

// `rows` are [{entry, delta}] in their order, `shown` the lines of the log that change with them.
export const add = (conference, rows, shown) => change((store) => {
  for (const row of rows) store("pending").add({ conference, ...row });
  for (const line of shown) store("log").put({ conference, ...line });
});

// The answered rows go, and with them the log's lines change as `told(line, verdict)` says: all at once or not at all.
export async function settle(conference, answered, told, attendance) {
  await change(async (store) => {
    for (const [row, verdict] of answered) {
      store("pending").delete(row.key);
      const line = await done(store("log").get(row.entry.client_id));
      if (line && !row.entry.undo) store("log").put(told(line, verdict));
    }
    const list = await done(store("lists").get(conference));
    if (list) store("lists").put({ ...list, attendance });
  });
  const waiting = new Set((await pending(conference)).map((row) => row.entry.client_id));
  const old = (await log(conference)).slice(KEPT_LOG).filter((line) => !waiting.has(line.client_id));
  await change((store) => old.forEach((line) => store("log").delete(line.client_id)));
}

export const keepList = (conference, list) => change((store) => store("lists").put({ conference, ...list }));
export const forgetList = (conference) => change((store) => store("lists").delete(conference));

// Only once nothing waits any more.
export const forgetEverything = () => change((store) => ["pending", "log", "lists"].forEach((name) => store(name).clear()));
