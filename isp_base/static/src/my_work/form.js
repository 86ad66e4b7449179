import {discardDraft, getPhotos, putDraft, queue, takeNumber} from "./store";
import {button, make} from "./dom";
import {getProblems, getUnusual, isAsked, prepareAnswers, showNumber} from "./answers";
import {makeKey, sendLater} from "./outbox";
import {findPosition} from "./position";
import {say} from "./words";
import {showLines} from "./lines";
import {showPhotos} from "./photos";
import {showSignature} from "./signature";

const FEW = 3; // options that are shown as buttons

function showOptions(question, values, onChange) {
    const {name, options} = question;
    if (options.length > FEW) {
        const choices = options.map(([key, label]) =>
            make("option", {value: key, selected: key === values[name]}, label)
        );
        const empty = make("option", {value: ""}, say("choose"));
        const onchange = (event) => onChange(name, event.target.value);
        return make("select", {name, onchange}, empty, ...choices);
    }
    const radios = options.map(([key, label]) =>
        make(
            "label",
            {},
            make("input", {
                type: "radio",
                name,
                value: key,
                checked: key === values[name],
                onchange: () => onChange(name, key),
            }),
            label
        )
    );
    return make("span", {class: "options"}, ...radios);
}

function showInput(question, values, onChange) {
    const {name, type} = question;
    if (type === "choice") {
        return showOptions(question, values, onChange);
    }
    const oninput = (event) => onChange(name, event.target.value);
    if (type === "text") {
        const area = make("textarea", {name, rows: 3, oninput});
        area.value = values[name] ?? "";
        return area;
    }
    // The keyboard of decimals has no minus on an iPhone.
    const signed = type !== "number" || question.usual?.min < 0;
    const figures = signed ? "text" : "decimal";
    const inputmode = type === "money" ? "numeric" : figures;
    const input = make("input", {name, inputmode, autocomplete: "off", oninput});
    const value = values[name] ?? "";
    input.value =
        typeof value === "number" && type === "number" ? showNumber(value) : value;
    return input;
}

function showQuestion(question, form) {
    const {uid, visit, values, onChange, onProblem} = form;
    if (question.type === "photos") {
        return showPhotos(uid, visit.id, question, onProblem);
    }
    if (question.type === "signature") {
        const drawn = (value) => onChange(question.name, value);
        return showSignature(question, values[question.name], drawn);
    }
    if (question.type === "lines") {
        const lines = window.structuredClone(values[question.name] || []);
        return showLines(question, lines, (kept) => onChange(question.name, kept));
    }
    return make(
        "label",
        {class: "field"},
        make("b", {}, question.label),
        question.help && make("small", {}, question.help),
        showInput(question, values, onChange)
    );
}

function now() {
    return Math.floor(Date.now() / 1000);
}

async function handIn({uid, who, visit, act, values, base}) {
    const common = {uid, who, visit: visit.id, status: "waiting", writtenOn: now()};
    const entries = [];
    if (act.act === "report") {
        for (const {key, name} of await getPhotos(uid, visit.id)) {
            entries.push({...common, act: "photo", key, values: {name}, base: {}});
        }
    }
    const answers = prepareAnswers(act.questions, values);
    if (act.numbered) {
        answers.number = values.number || (await takeNumber(uid));
    }
    if (act.located) {
        answers.position = await findPosition();
    }
    entries.push({...common, act: act.act, key: makeKey(), values: answers, base});
    await queue(entries, [uid, visit.id, act.act]);
    sendLater();
}

/** The questions of an act and the button that hands them in. All that is typed is kept
 * on the phone at once.
 *
 * @param {Object} user
 * @param {Object} visit
 * @param {Object} act
 * @param {Object} draft what was typed before, or undefined
 * @param {Function} onDone called when it was handed in or discarded
 */
export async function showForm(user, visit, act, draft, onDone) {
    const {questions} = act;
    const problem = make("p", {class: "problem", role: "alert", hidden: true});
    const unusual = make("p", {class: "warning", hidden: true});
    const tell = (element, text) => {
        element.textContent = text;
        element.hidden = !text;
    };
    const proposed = Object.fromEntries(
        questions
            .filter((each) => each.proposed)
            .map((each) => [each.name, each.proposed])
    );
    const form = {
        uid: user.uid,
        who: user.name,
        visit,
        act,
        values: {...proposed, ...visit.values, ...draft?.values},
        base: draft?.base ?? visit.values,
        onProblem: (text) => tell(problem, text),
    };
    const rows = [];
    const refresh = () => {
        const odd = getUnusual(questions, form.values);
        tell(unusual, odd && say("unusual", {what: odd}));
        for (const [question, row] of rows) {
            const reason = question.reason && !odd && !form.values[question.name];
            row.hidden = !isAsked(question, form.values) || Boolean(reason);
        }
    };
    form.onChange = async (name, value) => {
        form.values[name] = value;
        refresh();
        const {uid, values, base} = form;
        try {
            await putDraft({uid, visit: visit.id, act: act.act, values, base});
            tell(problem, "");
        } catch {
            form.onProblem(say("full"));
        }
    };
    for (const question of questions.filter((each) => each.type !== "given")) {
        rows.push([question, await showQuestion(question, form)]);
    }
    refresh();
    const submit = button(
        act.label,
        async () => {
            const wrong = getProblems(questions, form.values);
            tell(problem, wrong);
            if (wrong) {
                return;
            }
            try {
                await handIn(form);
            } catch {
                form.onProblem(say("full"));
                return;
            }
            await onDone();
        },
        "primary"
    );
    submit.dataset.act = act.act;
    const discard = button(
        say("discard_draft"),
        async () => {
            if (window.confirm(say("discard_sure"))) {
                await discardDraft(user.uid, visit.id, act.act);
                await onDone();
            }
        },
        "link"
    );
    const elements = rows.map(([, row]) => row);
    const foot = [unusual, problem, submit, questions.length > 0 && draft && discard];
    return make("div", {class: "form"}, ...elements, ...foot);
}
