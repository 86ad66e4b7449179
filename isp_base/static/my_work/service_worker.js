// Keeps the page /my-work on the phone: it opens from there at once, with or without
// signal, and is renewed behind it. What it asks and sends goes past this to the server.
const CACHE = "isp-my-work";
const PAGE = "/my-work";
const LANGUAGE = /<html[^>]* lang="([^"]*)"/;
const PARTS = /(?:src|href)="(\/web\/assets\/[^"]+)"/g;

// A page is kept with all its parts, or not at all.
async function renew() {
    const answer = await fetch(PAGE, {credentials: "same-origin", cache: "no-cache"});
    if (!answer.ok || answer.redirected) {
        return answer;
    }
    const cache = await caches.open(CACHE);
    const text = await answer.clone().text();
    const parts = [...text.matchAll(PARTS)].map((found) => found[1]);
    const known = await cache.keys();
    const paths = known.map((request) => new URL(request.url).pathname);
    await cache.addAll(parts.filter((path) => !paths.includes(path)));
    await cache.put(PAGE, answer.clone());
    const old = paths.filter((path) => path !== PAGE && !parts.includes(path));
    await Promise.all(old.map((path) => cache.delete(path)));
    return answer;
}

async function open(event) {
    const kept = await caches.match(PAGE);
    if (!kept) {
        return renew();
    }
    event.waitUntil(renew().catch(() => null));
    return kept;
}

async function part(request) {
    return (await caches.match(request)) || fetch(request);
}

self.addEventListener("install", (event) => {
    event.waitUntil(renew().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
    const {request} = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) {
        return;
    }
    if (request.mode === "navigate" && url.pathname === PAGE) {
        event.respondWith(open(event));
    } else if (url.pathname.startsWith("/web/assets/")) {
        event.respondWith(part(request));
    }
});

// The page asks for it when the language of the user has changed.
self.addEventListener("message", (event) => {
    if (event.data === "renew") {
        event.waitUntil(
            renew().then(async (answer) => {
                const language = (await answer.text()).match(LANGUAGE);
                event.source.postMessage({renewed: language && language[1]});
            })
        );
    }
});
