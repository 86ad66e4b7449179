import {registry} from "@web/core/registry";

const NAME = "isp-my-work"; // What the page /my-work keeps on the phone
const WRITTEN = ["drafts", "photos", "entries"];

function wait(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

/** Take the visits off this device, but for those of which something is not sent, as
 * the page /my-work does when one logs out there. */
export async function forgetVisits() {
    const {indexedDB} = window;
    const known = (await indexedDB?.databases?.()) || [];
    if (!known.some(({name}) => name === NAME)) {
        return;
    }
    const db = await wait(indexedDB.open(NAME));
    try {
        const tx = db.transaction(["meta", "visits", ...WRITTEN], "readwrite");
        const rows = (name) => wait(tx.objectStore(name).getAll());
        const written = (await Promise.all(WRITTEN.map(rows))).flat();
        const kept = new Set(written.map(({uid, visit}) => `${uid}/${visit}`));
        for (const {uid, id} of await rows("visits")) {
            if (!kept.has(`${uid}/${id}`)) {
                tx.objectStore("visits").delete([uid, id]);
            }
        }
        await wait(tx.objectStore("meta").delete("user"));
    } finally {
        db.close();
    }
}

const items = registry.category("user_menuitems");
const original = items.get("log_out");

function logOutItem(env) {
    const item = original(env);
    return {
        ...item,
        callback: async () => {
            try {
                await forgetVisits();
            } finally {
                item.callback();
            }
        },
    };
}

items.add("log_out", logOutItem, {force: true});
