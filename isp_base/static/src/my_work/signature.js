import {HEIGHT, WIDTH, takeInk} from "./ink";
import {button, make} from "./dom";
import {say} from "./words";

/** A box to sign in with a finger.
 *
 * @param {Object} question
 * @param {String} value PNG in base64, or nothing
 * @param {Function} onDrawn called with the PNG after each line
 */
export function showSignature(question, value, onDrawn) {
    const canvas = make("canvas", {
        "data-name": question.name,
        role: "img",
        "aria-label": question.label,
    });
    const {context, clear} = takeInk(canvas, onDrawn);
    if (value) {
        const image = new window.Image();
        image.onload = () => context.drawImage(image, 0, 0, WIDTH, HEIGHT);
        image.src = `data:image/png;base64,${value}`;
    }
    return make(
        "div",
        {class: "field signature"},
        make("b", {}, question.label),
        make("small", {}, say("draw")),
        canvas,
        button(say("draw_again"), clear, "link")
    );
}
