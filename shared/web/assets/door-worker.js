// Keeps the desk's page without network: the page itself, asked for anew while there is network, and its files.
const CACHE = "einlass";
const PATIENCE = 4_000;
const page = new URL(self.registration.scope).pathname;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function newest(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(page, { ignoreVary: true });
  // A network that is there and doesn't answer must not keep people waiting at the entrance.
  const asked = fetch(request);
  const answer = await Promise.race([
    asked.catch(() => undefined),
    ...(kept ? [new Promise((resolve) => setTimeout(resolve, PATIENCE))] : []),
  ]);
  if (answer?.status === 200) await cache.put(page, answer.clone());
  return answer && answer.status < 500 ? answer : (kept ?? answer ?? asked);
}

async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === page) event.respondWith(newest(event.request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
});
