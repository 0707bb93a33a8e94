// Opens the diary without a connection. Kept: a page without anything of anybody, and static files.
// Everything else goes to the network, and nothing that comes back from there is kept.
"use strict";

const KEPT = `lowdose-diary-${SITE.version}`;
const PATIENCE_MS = 8000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll(SITE.kept.map((address) => new Request(address, { cache: "reload", credentials: "same-origin" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("lowdose-diary-") && name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

function kept(address) {
  return caches.match(address, { ignoreSearch: true, ignoreVary: true });
}

// The page from the site, or the shell where the site is not reached, is out of order or too slow.
function opened(request) {
  const shell = () => kept(SITE.shell);
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS)).then(shell);
  const site = fetch(request).then((answer) => (answer.status >= 502 ? shell() : answer), shell);
  return Promise.race([site, late]);
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && address.pathname.startsWith(SITE.diary)) {
    event.respondWith(opened(event.request));
  } else if (SITE.kept.includes(address.pathname) && address.pathname !== SITE.shell) {
    event.respondWith(fetch(event.request).catch(() => kept(address.pathname)));
  }
});
