export const HEIGHT = 160; // pixels of CSS
export const WIDTH = 358;
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

/** Let a finger draw on a canvas.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Function} onDrawn called with the PNG in base64 after each line
 * @returns {Object} its `context`, and `clear` to begin anew
 */
export function takeInk(canvas, onDrawn) {
    Object.assign(canvas, {width: WIDTH * SCALE, height: HEIGHT * SCALE});
    const context = canvas.getContext("2d");
    context.scale(SCALE, SCALE);
    Object.assign(context, {lineWidth: LINE, lineCap: "round", lineJoin: "round"});
    context.strokeStyle = "#12233d";
    listen(canvas, context, onDrawn);
    const clear = () => {
        context.clearRect(0, 0, WIDTH, HEIGHT);
        onDrawn("");
    };
    return {context, clear};
}
