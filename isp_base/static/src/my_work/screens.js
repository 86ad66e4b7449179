import {
    countOthers,
    countUnsent,
    discardDraft,
    forgetUser,
    getDrafts,
    getEntries,
    getVisit,
    getVisits,
} from "./store";
import {describe} from "./answers";
import {exchange, state} from "./outbox";
import {language, say} from "./words";
import {showCopy, showDiscard, showEntry} from "./entries";
import {button, make} from "./dom";
import {logOut} from "./server";
import {showForm} from "./form";

const WORK = "/odoo/action-isp_base.isp_work_order_action_mine";
const LOGIN = "/web/login?redirect=/my-work";
const TROUBLES = {failed: "no_answer", logged_out: "logged_out", offline: "no_signal"};

function getDay(offset) {
    const day = new Date();
    day.setDate(day.getDate() + offset);
    return day.toLocaleDateString("sv"); // As ISO writes it: 2026-11-27
}

function describeDay(day) {
    const [today, tomorrow] = [getDay(0), getDay(1)];
    if (!day) {
        return say("no_day");
    }
    if (day === today) {
        return say("today");
    }
    if (day === tomorrow) {
        return say("tomorrow");
    }
    return say(day > tomorrow ? "later" : "earlier");
}

function describeState(visit) {
    const isWaiting = visit.acts.some((act) => !act.done && !act.optional);
    if (visit.state === "started") {
        return say("started");
    }
    return visit.state === "done" ? say(isWaiting ? "to_sign" : "done") : "";
}

function describeCount(count) {
    if (count === 0) {
        return say("all_sent");
    }
    return count === 1 ? say("one_waits") : say("many_wait", {count});
}

/** What is not sent yet, always in sight, and why not. */
export async function showStatus(user) {
    const entries = user ? await getEntries(user.uid) : [];
    const {trouble, sending} = state;
    const others = Object.entries(await countOthers(user?.uid));
    const offline = trouble && say(TROUBLES[trouble.kind]);
    const count = user ? describeCount(entries.length) : "";
    return [
        make(
            "div",
            {class: entries.length ? "status waiting" : "status", role: "status"},
            make("b", {id: "not_sent", "data-count": entries.length}, count),
            make("span", {id: "signal"}, sending ? say("sending") : offline),
            !sending && button(say("send_now"), () => exchange(true), "link")
        ),
        trouble?.kind === "logged_out" &&
            make("a", {class: "login", href: LOGIN}, say("log_in")),
        ...others.map(([name, number]) =>
            make("p", {class: "warning"}, say("of_others", {name, count: number}))
        ),
    ];
}

function showCard(visit, entries, drafts) {
    const own = entries.filter((entry) => entry.visit === visit.id);
    const refused = own.some((entry) => entry.status === "refused");
    const written = drafts.some((draft) => draft.visit === visit.id);
    const badge = (text, kind) => text && make("span", {class: `badge ${kind}`}, text);
    return make(
        "a",
        {class: "card", href: `#${visit.id}`, "data-visit": visit.id},
        make("b", {}, visit.who),
        make("span", {class: "time"}, visit.time),
        make("span", {}, `${visit.kind} · ${visit.address}`),
        make(
            "span",
            {},
            visit.urgent && badge(say("urgent"), "urgent"),
            badge(describeState(visit), "state"),
            refused && badge(say("refused"), "urgent"),
            own.length > 0 && badge(describeCount(own.length), "waiting"),
            !own.length && written && badge(say("kept"), "waiting")
        )
    );
}

/** Log out, and leave nothing of the subscribers on the phone but what is not sent. */
async function leave(user) {
    const count = await countUnsent(user.uid);
    const question = count ? say("log_out_unsent", {count}) : say("log_out_sure");
    if (!window.confirm(question)) {
        return;
    }
    try {
        await logOut();
    } catch (error) {
        window.alert(say(TROUBLES[error.kind]));
        return;
    }
    await forgetUser(user);
    location.assign(LOGIN);
}

/** The visits of today and tomorrow, and all of which something is not sent. */
export async function showList(user) {
    if (!user) {
        return [make("p", {class: "empty"}, say("first"))];
    }
    const [visits, entries, drafts] = await Promise.all([
        getVisits(user.uid),
        getEntries(user.uid),
        getDrafts(user.uid),
    ]);
    const place = ({day, group, order, time}) =>
        `${day || ""} ${group || ""} ${order || time}`;
    visits.sort((one, other) => place(one).localeCompare(place(other)));
    const asOf = new Date(user.asOf).toLocaleString(language, {
        dateStyle: "short",
        timeStyle: "short",
    });
    const shown = [];
    let last = null;
    for (const visit of visits) {
        const day = visit.group || describeDay(visit.day);
        if (day !== last) {
            shown.push(make("h2", {}, day));
            last = day;
        }
        shown.push(showCard(visit, entries, drafts));
    }
    return [
        ...shown,
        !visits.length && make("p", {class: "empty"}, say("nothing")),
        make(
            "p",
            {class: "foot"},
            make("span", {}, say("as_of", {time: asOf})),
            user.has_orders !== false && make("a", {href: WORK}, say("all_work")),
            button(say("log_out"), () => leave(user), "link log_out")
        ),
    ];
}

function showFacts(facts) {
    const rows = facts.map(([label, text]) => [
        make("dt", {}, label),
        make("dd", {}, text),
    ]);
    return make("dl", {}, ...rows.flat());
}

function showHead(visit) {
    const open = `${WORK}/${visit.id}`;
    const {phone, map} = visit;
    const number = phone.replace(/[^+\d]/g, "");
    return [
        make("a", {class: "back", href: "#"}, `‹ ${say("back")}`),
        make("h1", {}, visit.who),
        make("p", {}, `${visit.kind} ${visit.name} · ${visit.time || ""}`),
        visit.gone && make("p", {class: "problem"}, say("gone")),
        make("p", {class: "address"}, visit.address),
        make(
            "div",
            {class: "buttons"},
            phone && make("a", {href: `tel:${number}`}, `${say("call")} ${phone}`),
            map && make("a", {href: map, rel: "noreferrer"}, say("map")),
            visit.id > 0 && make("a", {href: open}, say("open"))
        ),
        showFacts(visit.facts),
    ];
}

/** What was typed into a form that is not asked any more. */
function showLostDraft(draft, act, renew) {
    const lines = describe(act?.questions || [], draft.values);
    const texts = lines.map((line) => make("li", {}, line));
    const discard = () => discardDraft(draft.uid, draft.visit, draft.act);
    return make(
        "div",
        {class: "entry refused"},
        make("b", {}, act?.label || ""),
        make("ul", {}, ...texts),
        make("div", {class: "buttons"}, showCopy(lines), showDiscard(discard, renew))
    );
}

function showSigned(act, visit, entries) {
    const report = visit.acts.find((other) => other.act === "report");
    const sent = entries.find((entry) => entry.act === "report");
    const answers = describe(report.questions, sent?.values || visit.values);
    const lines = answers.map((line) => line.split(/: (.*)/s).slice(0, 2));
    return make(
        "section",
        {class: "shown"},
        make("h2", {}, say("shown")),
        showFacts([...act.shows, ...lines])
    );
}

async function showOpen(act, draft, {user, visit, entries, renew}) {
    const form = await showForm(user, visit, act, draft, async () => {
        await renew();
        exchange();
    });
    return [
        act.shows && showSigned(act, visit, entries),
        act.act === "start" && make("small", {}, say("line_later")),
        act.located && make("small", {}, say("position")),
        act.optional && make("h2", {}, act.title),
        form,
    ];
}

/** What is handed in and rests on this act: what comes after it in its turn. Of a visit
 * that is gone nothing is sent any more: each is thrown away by itself. */
function getAfter({act}, visit, entries) {
    if (visit.gone) {
        return [];
    }
    const names = visit.acts.filter((each) => !each.optional).map((each) => each.act);
    const later = names.slice(names.indexOf(act) + 1);
    return entries.filter((entry) => later.includes(entry.act));
}

/** An act that comes in its turn: past, waiting to be sent, the next one, or later. */
async function showAct(act, context) {
    const {visit, entries, drafts, renew} = context;
    const own = entries.find((entry) => entry.act === act.act);
    const draft = drafts.find((each) => each.act === act.act);
    if (own) {
        const refused = entries.find((entry) => entry.status === "refused");
        const held = refused && refused.seq < own.seq;
        const editable = !visit.gone && !act.done;
        const after = getAfter(act, visit, entries);
        return showEntry(own, act, {held, editable, after, renew});
    }
    if (draft && (act.done || visit.gone)) {
        return showLostDraft(draft, act, renew);
    }
    if (act.done) {
        return make("p", {class: "past"}, `✓ ${act.label}`);
    }
    const isNext = context.isOpen && !visit.gone;
    context.isOpen = false;
    return isNext
        ? showOpen(act, draft, context)
        : make("p", {class: "future"}, act.label);
}

/** An act that may be done at any time, such as asking for material. */
async function showOptional(act, context) {
    const {visit, drafts, entries, renew} = context;
    const draft = drafts.find((each) => each.act === act.act);
    if (act.single && entries.some((entry) => entry.act === act.act)) {
        return null; // What is asked next depends on what the server makes of it
    }
    const isOver = act.until && act.until * 1000 < Date.now();
    if (!act.done && !visit.gone && !isOver) {
        return showOpen(act, draft, context);
    }
    return draft ? showLostDraft(draft, act, renew) : null;
}

/** An act that may be done before all others, and once, such as saying that one comes. */
async function showAhead(act, context) {
    const {visit, entries, renew} = context;
    const own = entries.find((entry) => entry.act === act.act);
    if (own) {
        return showEntry(own, act, {renew});
    }
    if (entries.some((entry) => entry.act === "start")) {
        return null;
    }
    return act.past && !visit.gone
        ? make("p", {class: "past"}, `✓ ${act.label}`)
        : showOptional(act, context);
}

/** What was asked at any time and has not arrived. It is changed where nothing else is
 * being typed, which would be lost. */
function showAsked(entry, {visit, drafts, renew}) {
    const act = visit.acts.find((each) => each.act === entry.act);
    const isTyping = drafts.some((draft) => draft.act === entry.act);
    const editable = act && !act.done && !visit.gone && !isTyping;
    return showEntry(entry, act, {editable, renew});
}

/** One visit: what one must know, and what is done there one after the other. */
export async function showVisit(user, id, renew) {
    const visit = user && (await getVisit(user.uid, id));
    if (!visit) {
        return [make("a", {class: "back", href: "#"}, `‹ ${say("back")}`)];
    }
    const ofVisit = (row) => row.visit === id;
    const entries = (await getEntries(user.uid)).filter(ofVisit);
    const drafts = (await getDrafts(user.uid)).filter(ofVisit);
    const context = {user, visit, entries, drafts, renew, isOpen: true};
    const shown = [];
    for (const act of visit.acts.filter((each) => each.ahead)) {
        shown.push(await showAhead(act, context));
    }
    for (const act of visit.acts.filter((each) => !each.optional)) {
        if (act.act === "report") {
            for (const photo of entries.filter((entry) => entry.act === "photo")) {
                shown.push(await showEntry(photo, null, {renew}));
            }
        }
        shown.push(await showAct(act, context));
    }
    const isOnce = (act) => act.ahead || !act.optional;
    const once = visit.acts.filter(isOnce).map((act) => act.act);
    for (const entry of entries) {
        if (!["photo", ...once].includes(entry.act)) {
            shown.push(await showAsked(entry, context));
        }
    }
    for (const act of visit.acts.filter((each) => !isOnce(each))) {
        shown.push(await showOptional(act, context));
    }
    return [...showHead(visit), ...shown.flat()];
}
