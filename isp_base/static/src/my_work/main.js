import {exchange, onChange, state} from "./outbox";
import {getEntries, getUser, onClosed} from "./store";
import {language, say} from "./words";
import {showList, showStatus, showVisit} from "./screens";
import {make} from "./dom";

const EVERY = 30000; // milliseconds between two tries
const WORKER = "/my-work/service-worker.js";

const main = document.getElementById("my_work");
const head = make("header");
const body = make("section");
let turn = 0;
let shown = "";

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

/** Show the screen anew; of two at once the later one is shown. */
async function renew() {
    const mine = ++turn;
    const user = await getUser();
    await renewHead(user);
    const id = getId();
    const screen = id ? await showVisit(user, id, renew) : await showList(user);
    const description = await describeScreen(user);
    if (mine === turn) {
        body.replaceChildren(...screen.filter(Boolean));
        shown = description;
    }
}

/** Show what has come or gone; who is writing is not disturbed by what is the same. */
async function refresh() {
    const user = await getUser();
    await renewHead(user);
    if (user && user.lang !== language) {
        navigator.serviceWorker?.controller?.postMessage("renew");
    }
    const isWriting = body.contains(document.activeElement) && getId();
    if ((await describeScreen(user)) !== shown && !(isWriting && state.sending)) {
        await renew();
    }
}

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
