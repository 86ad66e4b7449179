import {exchange, onChange, state} from "./outbox";
import {countWritten, getEntries, getUser, onClosed} from "./store";
import {language, say} from "./words";
import {showList, showStatus, showVisit} from "./screens";
import {make} from "./dom";

const EVERY = 30000; // milliseconds between two tries
const WORKER = "/my-work/service-worker.js";

const main = document.getElementById("my_work");
const head = make("header");
const body = make("section");
let shown = "";
let screens = Promise.resolve();

function getId() {
    return Number(location.hash.slice(1)) || null;
}

async function describeScreen(user) {
    const entries = user ? await getEntries(user.uid) : [];
    const waiting = entries.map(({seq, status, message}) => [seq, status, message]);
    return JSON.stringify([getId(), user, waiting]);
}

async function renewHead(user) {
    const bar = await showStatus(user);
    head.replaceChildren(...bar.filter(Boolean));
}

async function buildScreen(user, again) {
    const id = getId();
    const screen = id ? await showVisit(user, id, again) : await showList(user);
    return screen.filter(Boolean);
}

/** Show the screen anew. What is typed while it is built is in it: it is built again. */
async function show(user, again) {
    for (;;) {
        const written = countWritten();
        const description = await describeScreen(user);
        const screen = await buildScreen(user, again);
        if (written === countWritten()) {
            body.replaceChildren(...screen);
            shown = description;
            return;
        }
    }
}

async function showAll(again) {
    const user = await getUser();
    await renewHead(user);
    await show(user, again);
}

async function showChanges(again) {
    const user = await getUser();
    await renewHead(user);
    if (user && user.lang !== language) {
        navigator.serviceWorker?.controller?.postMessage("renew");
    }
    const isWriting = body.contains(document.activeElement) && getId();
    if ((await describeScreen(user)) !== shown && !(isWriting && state.sending)) {
        await show(user, again);
    }
}

/** One screen is built at a time: of two, the later one would not know what the other
 * has shown, and what was typed into it. */
function inTurn(work) {
    screens = screens.then(work, work);
    return screens;
}

const renew = () => inTurn(() => showAll(renew));

/** Show what has come or gone; who is writing is not disturbed by what is the same. */
const refresh = () => inTurn(() => showChanges(renew));

function keepPage() {
    const worker = navigator.serviceWorker;
    if (!worker) {
        return;
    }
    worker.register(WORKER, {scope: "/my-work"});
    worker.addEventListener("message", ({data}) => {
        if (data.renewed && data.renewed !== language) {
            location.reload();
        }
        if (data.sent) {
            exchange(true);
        }
    });
    navigator.storage?.persist?.();
}

async function start() {
    main.append(head, body);
    onChange(refresh);
    onClosed(() => {
        body.replaceChildren(make("p", {class: "problem"}, say("other_tab")));
    });
    window.addEventListener("hashchange", renew);
    window.addEventListener("online", () => exchange(true));
    window.addEventListener("offline", () => exchange());
    document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") {
            exchange(true);
        }
    });
    await renew();
    keepPage();
    await exchange(true);
    setInterval(exchange, EVERY);
}

start();
