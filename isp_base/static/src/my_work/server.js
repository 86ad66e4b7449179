const WAIT = 180000; // milliseconds: a photo on a slow line
const LOG_OUT = "/web/session/logout?redirect=/my-work/manifest.webmanifest";
const EXPIRED = 100; // Odoo's code of a session that is over

/** The server was not reached, or had no answer (`kind`): "offline", "logged_out" or
 * "failed". */
export class Unanswered extends Error {
    constructor(kind, message = "") {
        super(message);
        this.kind = kind;
    }
}

async function post(route, params) {
    try {
        return await fetch(`/my-work/${route}`, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({jsonrpc: "2.0", method: "call", params}),
            signal: window.AbortSignal.timeout(WAIT),
        });
    } catch {
        throw new Unanswered("offline");
    }
}

/** Ask the server, as the user of the session.
 *
 * @returns its result
 * @throws Unanswered
 */
export async function ask(route, params = {}) {
    const answer = await post(route, params);
    let body = null;
    try {
        body = await answer.json();
    } catch {
        throw new Unanswered("failed");
    }
    if (body.error) {
        const kind = body.error.code === EXPIRED ? "logged_out" : "failed";
        throw new Unanswered(kind, body.error.data?.message);
    }
    return body.result;
}

/** End the session of the user.
 *
 * @throws Unanswered
 */
export async function logOut() {
    let answer = null;
    try {
        answer = await fetch(LOG_OUT);
    } catch {
        throw new Unanswered("offline");
    }
    if (!answer.ok) {
        throw new Unanswered("failed");
    }
}
