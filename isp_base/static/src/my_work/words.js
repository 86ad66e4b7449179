const main = document.getElementById("my_work");
const words = JSON.parse(main.dataset.words);

/** What the page says, in the user's language: `{name}` stands for a value. */
export function say(key, values = {}) {
    return words[key].replace(/\{(\w+)\}/g, (_place, name) => values[name]);
}

/** The language that the page is written in. */
export const language = document.documentElement.lang;
