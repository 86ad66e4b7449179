import {changeEntry, deleteEntry, getPhoto, isSigned, takeBack} from "./store";
import {button, make} from "./dom";
import {describe} from "./answers";
import {exchange} from "./outbox";
import {say} from "./words";

async function copy(text, event) {
    const area = make("textarea", {class: "copied", readonly: true});
    area.value = text;
    event.target.after(area);
    area.select();
    try {
        await navigator.clipboard.writeText(text);
        area.replaceWith(make("small", {}, say("copied")));
    } catch {
        // It stays selected, for who copies by hand.
    }
}

/** A button that copies lines of text. */
export function showCopy(lines) {
    const click = (event) => copy(lines.join("\n"), event);
    return make("button", {type: "button", onclick: click}, say("copy"));
}

/** A button that throws away, when asked twice. */
export function showDiscard(discard, renew, more = "") {
    return button(
        say("discard"),
        async () => {
            if (window.confirm(`${say("discard_sure")} ${more}`.trim())) {
                await discard();
                await renew();
            }
        },
        "danger"
    );
}

async function showContent(entry, lines) {
    const texts = lines.map((line) => make("li", {}, line));
    const content = [texts.length > 0 && make("ul", {}, ...texts)];
    const pictures = Object.entries(entry.values)
        .filter(([name]) => name.endsWith("_signature"))
        .map(([, value]) => `data:image/png;base64,${value}`);
    const photo = entry.act === "photo" && (await getPhoto(entry.key));
    if (photo) {
        pictures.push(window.URL.createObjectURL(photo.blob));
    }
    return [...content, ...pictures.map((src) => make("img", {src, alt: ""}))];
}

function showAnswers(entry, {renew}) {
    const retry = async (changes) => {
        await changeEntry(entry, {...changes, status: "waiting", message: ""});
        await renew();
        exchange();
    };
    const base = {...entry.base, ...entry.now};
    return [
        button(say("again"), () => retry({})),
        entry.now && button(say("mine"), () => retry({base})),
    ];
}

function showChange(entry, after, anew, renew) {
    return button(say("change"), async () => {
        if (!anew || window.confirm(anew)) {
            await takeBack(entry, after);
            await renew();
        }
    });
}

function showButtons(entry, questions, {editable, after = [], renew}) {
    const refused = entry.status === "refused";
    // Who gave a receipt does not take it back: the office hears of it first.
    const isGiven = Boolean(entry.values.number) && !refused;
    const lines = describe(questions, entry.values);
    const anew = after.some(isSigned) ? say("sign_anew") : "";
    const discard = () =>
        entry.act === "photo" ? deleteEntry(entry) : takeBack(entry, after, true);
    const canChange = editable && !isGiven && questions.length > 0;
    return make(
        "div",
        {class: "buttons"},
        ...(refused ? showAnswers(entry, {renew}) : []),
        canChange && showChange(entry, after, anew, renew),
        lines.length > 0 && showCopy(lines),
        !isGiven && showDiscard(discard, renew, anew)
    );
}

/** An entry that has not arrived, with what was typed and what one may do with it. */
export async function showEntry(entry, act, options) {
    const questions = act?.questions || [];
    const refused = entry.status === "refused";
    const waits = say(options.held ? "held" : "waits");
    return make(
        "div",
        {class: refused ? "entry refused" : "entry", "data-entry": entry.act},
        make("b", {}, act?.label || say("photo")),
        make("span", {class: "badge"}, refused ? say("refused") : waits),
        entry.message && make("p", {class: "problem"}, entry.message),
        ...(await showContent(entry, describe(questions, entry.values))),
        showButtons(entry, questions, options)
    );
}
