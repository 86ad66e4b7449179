import {language, say} from "./words";

/** A number as people write it here, which `toNumber` reads. */
export function showNumber(number) {
    const format = {maximumFractionDigits: 6, useGrouping: false};
    return number.toLocaleString(language, format);
}

/** What a technician typed, as a number; NaN when it is none, null when nothing. */
export function toNumber(text) {
    const typed = String(text ?? "")
        .trim()
        .replace(",", ".")
        .replace("−", "-");
    return typed ? Number(typed) : null;
}

/** An amount of money that is written without decimals: its points are none. */
export function toMoney(text) {
    const typed = String(text ?? "").replace(/[.,\s]/g, "");
    return typed ? Number(typed) : null;
}

function matches(condition, values) {
    return Object.entries(condition || {}).every(([name, wanted]) =>
        wanted.includes(values[name])
    );
}

/** Whether a question is asked, with these answers to others. */
export function isAsked(question, values) {
    return matches(question.when, values);
}

function isMissing(question, values) {
    const required =
        question.required ||
        (question.required_when && matches(question.required_when, values));
    const value = values[question.name];
    const isEmpty = {
        number: () => !toNumber(value),
        money: () => !toMoney(value),
        lines: () => !value?.length,
    };
    const empty = isEmpty[question.type]?.() ?? !value?.trim?.();
    return required && isAsked(question, values) && empty && typeof value !== "number";
}

function describeNumber({label, usual: {min, max}}, number) {
    if (!number || isNaN(number)) {
        return null;
    }
    const most = max && showNumber(max);
    if (min && (number < min || number > max)) {
        return say("between", {label, min: showNumber(min), max: most});
    }
    return !min && max && number > max ? say("above", {label, max: most}) : null;
}

function describeUnusual(question, value) {
    if (question.type === "number") {
        return describeNumber(question, toNumber(value));
    }
    const among = question.usual.among || [];
    const isOdd = value && among.length && !among.includes(value);
    return isOdd && say("not_among", {label: question.label, among: among.join(", ")});
}

/** What is measured so that it needs a reason, in words. */
export function getUnusual(questions, values) {
    return questions
        .filter((question) => question.usual)
        .map((question) => describeUnusual(question, values[question.name]))
        .filter(Boolean)
        .join("; ");
}

/** Whether it is no amount, or more than may be taken. */
function isWrongAmount({type, name, max}, values) {
    const amount = type === "money" ? toMoney(values[name]) : 0;
    return isNaN(amount) || amount > max;
}

/** What is wrong with these answers, in words; an empty text when nothing is. */
export function getProblems(questions, values) {
    const wrong = questions.find(
        (question) =>
            question.type === "number" && isNaN(toNumber(values[question.name]) ?? 0)
    );
    const amount = questions.find((question) => isWrongAmount(question, values));
    if (amount) {
        return say("above", {label: amount.label, max: amount.max_text});
    }
    if (wrong) {
        return say("number", {label: wrong.label});
    }
    const missing = questions.filter((question) => isMissing(question, values));
    const unusual = getUnusual(questions, values);
    const reason = questions.find((question) => question.reason);
    if (unusual && reason && !values[reason.name]?.trim()) {
        missing.push(reason);
    }
    const what = missing.map((question) => question.label).join(", ");
    return what && say("missing", {what});
}

/** The answers as they are sent. */
export function prepareAnswers(questions, values) {
    const sent = {};
    const plain = {number: toNumber, money: toMoney};
    for (const {name, type} of questions) {
        if (type !== "photos" && name in values) {
            const read = plain[type];
            sent[name] = read ? read(values[name]) || 0 : values[name];
        }
    }
    return sent;
}

function describeAnswer({type, options, columns}, value) {
    if (type === "lines") {
        return value.map((line) =>
            columns
                .filter((column) => line[column.name])
                .map((column) => describeAnswer(column, line[column.name]))
                .join(" ")
        );
    }
    if (type === "flag") {
        return "✓";
    }
    if (type === "number" && typeof value === "number") {
        return showNumber(value);
    }
    const option = options?.find(([key]) => String(key) === String(value));
    return option ? option[1] : value;
}

/** What was typed, as text that can be copied: an array of lines. */
export function describe(questions, values) {
    return questions
        .filter(
            ({name, type}) => values[name] && !["photos", "signature"].includes(type)
        )
        .map((question) => {
            const answer = describeAnswer(question, values[question.name]);
            return `${question.label}: ${[answer].flat().join("; ")}`;
        });
}
