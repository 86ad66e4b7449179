import {button, make} from "./dom";
import {say} from "./words";

const HEIGHT = 160; // pixels of CSS
const WIDTH = 358;
const SCALE = 2;
const LINE = 2.5;

function listen(canvas, context, onDrawn) {
    let drawing = false;
    const place = (event) => {
        const box = canvas.getBoundingClientRect();
        return [
            ((event.clientX - box.left) * WIDTH) / box.width,
            ((event.clientY - box.top) * HEIGHT) / box.height,
        ];
    };
    canvas.addEventListener("pointerdown", (event) => {
        drawing = true;
        canvas.setPointerCapture(event.pointerId);
        context.beginPath();
        context.moveTo(...place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
        if (drawing) {
            context.lineTo(...place(event));
            context.stroke();
        }
    });
    const end = () => {
        if (drawing) {
            drawing = false;
            onDrawn(canvas.toDataURL("image/png").split(",")[1]);
        }
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
}

/** A box to sign in with a finger.
 *
 * @param {Object} question
 * @param {String} value PNG in base64, or nothing
 * @param {Function} onDrawn called with the PNG after each line
 */
export function showSignature(question, value, onDrawn) {
    const canvas = make("canvas", {
        width: WIDTH * SCALE,
        height: HEIGHT * SCALE,
        "data-name": question.name,
        role: "img",
        "aria-label": question.label,
    });
    const context = canvas.getContext("2d");
    context.scale(SCALE, SCALE);
    Object.assign(context, {lineWidth: LINE, lineCap: "round", lineJoin: "round"});
    context.strokeStyle = "#12233d";
    if (value) {
        const image = new window.Image();
        image.onload = () => context.drawImage(image, 0, 0, WIDTH, HEIGHT);
        image.src = `data:image/png;base64,${value}`;
    }
    listen(canvas, context, onDrawn);
    const anew = button(
        say("draw_again"),
        () => {
            context.clearRect(0, 0, WIDTH, HEIGHT);
            onDrawn("");
        },
        "link"
    );
    return make(
        "div",
        {class: "field signature"},
        make("b", {}, question.label),
        make("small", {}, say("draw")),
        canvas,
        anew
    );
}
