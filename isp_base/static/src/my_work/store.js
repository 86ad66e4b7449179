// What is kept on the phone. Visits come from the server and may go; what was written
// here (drafts, photos, entries) goes when it has arrived there, or when its writer
// discards it. Everything belongs to a user: a phone may be handed on.
const {openDB} = window.idb;

// What is handed in is on the disk before the page says so.
const ON_DISK = {durability: "strict"};
const STORES = {
    meta: {keyPath: "name"},
    visits: {keyPath: ["uid", "id"]},
    drafts: {keyPath: ["uid", "visit", "act"]},
    photos: {keyPath: "key"},
    entries: {keyPath: "seq", autoIncrement: true},
};

let closed = () => null;

export function onClosed(listener) {
    closed = listener;
}

const opened = openDB("isp-my-work", 1, {
    upgrade(db) {
        for (const [name, options] of Object.entries(STORES)) {
            db.createObjectStore(name, options);
        }
    },
    blocked: () => closed(),
    terminated: () => closed(),
});

async function getAll(name, uid) {
    const rows = await (await opened).getAll(name);
    return rows.filter((row) => row.uid === uid);
}

/** `{uid, name, lang, asOf}` of who was here last, or undefined. */
export async function getUser() {
    return (await (await opened).get("meta", "user"))?.value;
}

/** Keep what the server has just said: who is here, and his visits. A visit that is not
 * among them stays as `gone` while something of it is not sent; those of others leave. */
export async function keepVisits(user, visits) {
    const tx = (await opened).transaction(
        ["meta", "visits", "drafts", "photos", "entries"],
        "readwrite"
    );
    const written = new Set();
    for (const name of ["drafts", "photos", "entries"]) {
        for (const row of await tx.objectStore(name).getAll()) {
            written.add(`${row.uid}/${row.visit}`);
        }
    }
    const store = tx.objectStore("visits");
    const known = new Set(visits.map((visit) => visit.id));
    for (const old of await store.getAll()) {
        if (written.has(`${old.uid}/${old.id}`)) {
            await store.put({...old, gone: old.uid === user.uid && !known.has(old.id)});
        } else {
            await store.delete([old.uid, old.id]);
        }
    }
    for (const visit of visits) {
        await store.put({...visit, uid: user.uid, gone: false});
    }
    await tx.objectStore("meta").put({name: "user", value: user});
    await tx.done;
}

/** Keep what begins the numbers of receipts that this phone gives a user. */
export async function keepNumbers(uid, prefix) {
    const name = `numbers/${uid}`;
    await (await opened).put("meta", {name, value: {prefix, next: 1}});
}

/** Whether this phone gives receipts of a user a number. */
export async function hasNumbers(uid) {
    return Boolean(await (await opened).get("meta", `numbers/${uid}`));
}

/** The next number of a receipt: no other phone gives it, and this one once. */
export async function takeNumber(uid) {
    const tx = (await opened).transaction("meta", "readwrite", ON_DISK);
    const row = await tx.store.get(`numbers/${uid}`);
    const {prefix, next} = row.value;
    await tx.store.put({...row, value: {prefix, next: next + 1}});
    await tx.done;
    return `${prefix}${String(next).padStart(4, "0")}`;
}

/** Forget who was here and his visits. What he wrote and has not sent stays, with its
 * visit: it is sent when he logs in again. */
export async function forgetUser(user) {
    await keepVisits(user, []);
    await (await opened).delete("meta", "user");
}

/** How much a user has written here that the server does not have. */
export async function countUnsent(uid) {
    const counts = await Promise.all(
        ["drafts", "photos", "entries"].map((name) => getAll(name, uid))
    );
    return counts.flat().length;
}

export const getVisits = (uid) => getAll("visits", uid);
export const getDrafts = (uid) => getAll("drafts", uid);

export async function getVisit(uid, id) {
    return (await opened).get("visits", [uid, id]);
}

export async function getDraft(uid, visit, act) {
    return (await opened).get("drafts", [uid, visit, act]);
}

let written = 0;

/** How often something was typed since the page was opened. */
export const countWritten = () => written;

export async function putDraft(draft) {
    written++;
    await (await opened).put("drafts", draft);
}

/** The entries of a user, in the order in which they were written. */
export async function getEntries(uid) {
    return getAll("entries", uid);
}

/** How many entries others have left on this phone: `{name: count}`. */
export async function countOthers(uid) {
    const counts = {};
    for (const entry of await (await opened).getAll("entries")) {
        if (entry.uid !== uid) {
            counts[entry.who] = (counts[entry.who] || 0) + 1;
        }
    }
    return counts;
}

/** The photos of a report that is not handed in yet. */
export async function getPhotos(uid, visit) {
    const photos = await getAll("photos", uid);
    return photos.filter((photo) => photo.visit === visit && !photo.queued);
}

export async function getPhoto(key) {
    return (await opened).get("photos", key);
}

export async function putPhoto(photo) {
    const tx = (await opened).transaction("photos", "readwrite", ON_DISK);
    await tx.store.put(photo);
    await tx.done;
}

export async function deletePhoto(key) {
    await (await opened).delete("photos", key);
}

/** Hand in: the draft and its photos become entries, all of them or none. */
export async function queue(entries, draft) {
    const tx = (await opened).transaction(
        ["entries", "photos", "drafts"],
        "readwrite",
        ON_DISK
    );
    for (const entry of entries) {
        await tx.objectStore("entries").add(entry);
        if (entry.act === "photo") {
            const photo = await tx.objectStore("photos").get(entry.key);
            await tx.objectStore("photos").put({...photo, queued: true});
        }
    }
    if (draft) {
        await tx.objectStore("drafts").delete(draft);
    }
    await tx.done;
}

export async function getEntry(seq) {
    return (await opened).get("entries", seq);
}

/** Change an entry, unless it has been thrown away meanwhile. */
export async function changeEntry({seq}, changes) {
    const tx = (await opened).transaction("entries", "readwrite");
    const entry = await tx.store.get(seq);
    if (entry) {
        await tx.store.put({...entry, ...changes});
    }
    await tx.done;
}

/** Forget an entry, which has arrived or was discarded, with its photo. */
export async function deleteEntry(entry) {
    const tx = (await opened).transaction(["entries", "photos"], "readwrite");
    await tx.objectStore("entries").delete(entry.seq);
    if (entry.act === "photo") {
        await tx.objectStore("photos").delete(entry.key);
    }
    await tx.done;
}

/** Whether somebody has signed there. */
export function isSigned({values}) {
    return Object.keys(values).some((name) => name.endsWith("_signature"));
}

/** What was typed of an entry; without the signatures where they are drawn anew. */
function getTyped({values}, anew) {
    const kept = Object.entries(values).filter(
        ([name]) => name !== "position" && !(anew && name.endsWith("_signature"))
    );
    return Object.fromEntries(kept);
}

/** Take back what was handed in and has not arrived: it is a draft again, unless it is
 * thrown away. So is what came after it, which is signed anew: it was said of this.
 *
 * @param {Object} entry
 * @param {Array} after entries of the same visit that rest on it
 * @param {Boolean} thrown
 */
export async function takeBack(entry, after, thrown = false) {
    const tx = (await opened).transaction(["entries", "photos", "drafts"], "readwrite");
    const [entries, photos, drafts] = ["entries", "photos", "drafts"].map((name) =>
        tx.objectStore(name)
    );
    const taken = [entry, ...after];
    for (const each of taken) {
        const {uid, visit, act, base} = each;
        const values = getTyped(each, each !== entry);
        if (Object.keys(values).length && !(thrown && each === entry)) {
            await drafts.put({uid, visit, act, values, base});
        }
        await entries.delete(each.seq);
    }
    const {uid, visit} = entry;
    const others = taken.some((each) => each.act === "report")
        ? await entries.getAll()
        : [];
    for (const other of others) {
        if (other.uid === uid && other.visit === visit && other.act === "photo") {
            const photo = await photos.get(other.key);
            await photos.put({...photo, queued: false});
            await entries.delete(other.seq);
        }
    }
    await tx.done;
}

/** Forget what was written into a form and not handed in. */
export async function discardDraft(uid, visit, act) {
    const photos = await getPhotos(uid, visit);
    const tx = (await opened).transaction(["photos", "drafts"], "readwrite");
    await tx.objectStore("drafts").delete([uid, visit, act]);
    for (const photo of act === "report" ? photos : []) {
        await tx.objectStore("photos").delete(photo.key);
    }
    await tx.done;
}
