import {
    changeEntry,
    deleteEntry,
    getEntries,
    getEntry,
    getPhoto,
    getUser,
    hasNumbers,
    keepNumbers,
    keepVisits,
} from "./store";
import {ask} from "./server";

const LOCK = "isp-my-work"; // Of the page and its service worker, one sends

/** What the page shows of it: `trouble` is null, or what `Unanswered` is of. */
export const state = {sending: false, trouble: null};

const listeners = [];

export function onChange(listener) {
    listeners.push(listener);
}

export function changed() {
    return Promise.all(listeners.map((listener) => listener()));
}

export function makeKey() {
    return window.crypto.randomUUID();
}

function toBase64(blob) {
    return new Promise((resolve, reject) => {
        const reader = new window.FileReader();
        reader.onload = () => resolve(reader.result.split(",")[1] || "");
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
    });
}

async function prepare({uid, key, act, visit, values, base, writtenOn}) {
    let sent = values;
    if (act === "photo") {
        const photo = await getPhoto(key);
        sent = {name: photo.name, data: await toBase64(photo.blob)};
    }
    return {uid, key, act, visit, values: sent, base, written_on: writtenOn};
}

/** Send one entry, unless it has been thrown away meanwhile; return whether nothing of
 * it is left to send. What the server stumbles over stops nothing else, and is tried
 * again. */
async function sendOne({seq}) {
    const entry = await getEntry(seq);
    if (!entry) {
        return true;
    }
    let answer = null;
    try {
        answer = await ask("send", await prepare(entry));
    } catch (error) {
        if (error.kind !== "failed") {
            throw error;
        }
        await changeEntry(entry, {message: error.message});
        return false;
    }
    if (answer.status === "done") {
        await deleteEntry(entry);
        return true;
    }
    const {message, now} = answer;
    await changeEntry(entry, {status: "refused", message, now});
    return false;
}

/** Send what waits, in order: what comes after something that was refused waits, for
 * the same visit alone. */
async function sendAll(uid) {
    const held = new Set();
    let sent = 0;
    for (const entry of await getEntries(uid)) {
        if (!held.has(entry.visit)) {
            const arrived = entry.status !== "refused" && (await sendOne(entry));
            if (arrived) {
                sent++;
            } else {
                held.add(entry.visit);
            }
            await changed();
        }
    }
    return sent;
}

/** The items of the warehouse are sent once, and chosen in many places. */
function offerProducts(visits, products) {
    const questions = visits.flatMap((visit) =>
        visit.acts.flatMap((act) => act.questions)
    );
    for (const column of questions.flatMap((question) => question.columns || [])) {
        if (column.name === "product_id") {
            column.options = products;
        }
    }
}

/** Who gives receipts has on each phone what begins their numbers. */
async function askNumbers({uid, collects}) {
    if (collects && !(await hasNumbers(uid))) {
        const {prefix} = await ask("numbers");
        await keepNumbers(uid, prefix);
    }
}

async function fetchVisits() {
    const {visits, products, ...user} = await ask("visits");
    await askNumbers(user);
    offerProducts(visits, products);
    await keepVisits({...user, asOf: Date.now()}, visits);
    return user;
}

async function work(fresh) {
    const user = await getUser();
    state.sending = true;
    await changed();
    try {
        const sent = user ? await sendAll(user.uid) : 0;
        if (sent || fresh || !user) {
            const now = await fetchVisits();
            // Who has just logged in may have left something here.
            if (now.uid !== user?.uid && (await sendAll(now.uid))) {
                await fetchVisits();
            }
        }
        state.trouble = null;
    } catch (error) {
        if (!error.kind) {
            throw error;
        }
        state.trouble = error;
    } finally {
        state.sending = false;
        await changed();
    }
}

/** Let the browser say when there is signal again, with the page closed too, where it
 * can: the service worker sends then. */
export async function sendLater() {
    try {
        const registration = await navigator.serviceWorker?.ready;
        await registration?.sync?.register(LOCK);
    } catch {
        // It is not allowed on this phone: then the page sends, when it is open.
    }
}

/** Send what waits and, if `fresh`, fetch the visits anew; of several pages one works. */
export function exchange(fresh = false) {
    if (!navigator.locks) {
        return state.sending ? null : work(fresh);
    }
    return navigator.locks.request(LOCK, {ifAvailable: true}, (lock) =>
        lock ? work(fresh) : null
    );
}
