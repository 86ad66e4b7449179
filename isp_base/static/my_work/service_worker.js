// Keeps the page /my-work on the phone: it opens from there at once, with or without
// signal, and is renewed behind it. What it asks and sends goes past this to the server.
self.importScripts("/isp_base/static/lib/idb/idb.js");

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

// What was written without signal is sent when the browser says that there is signal
// again, also with the page closed. The server does once what has one key.
const LOCK = "isp-my-work"; // The page holds it while it sends
const EXPIRED = 100; // Odoo's code of a session that is over

function openStore() {
    return self.idb.openDB("isp-my-work", 1, {
        // The page makes it: without the page there is nothing to send.
        upgrade: (_db, _old, _new, transaction) => transaction.abort(),
    });
}

function toBase64(blob) {
    return new Promise((resolve, reject) => {
        const reader = new self.FileReader();
        reader.onload = () => resolve(reader.result.split(",")[1] || "");
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
    });
}

async function prepare(db, {uid, key, act, visit, values, base, writtenOn}) {
    let sent = values;
    if (act === "photo") {
        const photo = await db.get("photos", key);
        sent = {name: photo.name, data: await toBase64(photo.blob)};
    }
    return {uid, key, act, visit, values: sent, base, written_on: writtenOn};
}

// Return "done", "refused", "failed" or "logged_out"; without signal, throw.
async function sendEntry(db, entry) {
    const answer = await fetch("/my-work/send", {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({
            jsonrpc: "2.0",
            method: "call",
            params: await prepare(db, entry),
        }),
    });
    const body = await answer.json().catch(() => ({error: {}}));
    if (body.error) {
        return body.error.code === EXPIRED ? "logged_out" : "failed";
    }
    const {status, message, now} = body.result;
    const tx = db.transaction(["entries", "photos"], "readwrite");
    const kept = await tx.objectStore("entries").get(entry.seq);
    if (status === "done") {
        await tx.objectStore("entries").delete(entry.seq);
        await tx.objectStore("photos").delete(entry.key);
    } else if (kept) {
        await tx.objectStore("entries").put({...kept, status, message, now});
    }
    await tx.done;
    return status;
}

async function sendWaiting() {
    const db = await openStore();
    try {
        const user = (await db.get("meta", "user"))?.value;
        const held = new Set();
        for (const entry of await db.getAll("entries")) {
            if (entry.uid !== user?.uid || held.has(entry.visit)) {
                continue;
            }
            const isRefused = entry.status === "refused";
            const status = isRefused ? "refused" : await sendEntry(db, entry);
            if (status === "logged_out") {
                return;
            }
            if (status !== "done") {
                held.add(entry.visit);
            }
        }
    } finally {
        db.close();
    }
}

async function tellPages() {
    for (const page of await self.clients.matchAll()) {
        page.postMessage({sent: true});
    }
}

self.addEventListener("sync", (event) => {
    if (event.tag === LOCK) {
        event.waitUntil(
            self.navigator.locks.request(LOCK, sendWaiting).finally(tellPages)
        );
    }
});
