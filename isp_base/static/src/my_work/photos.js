import {deletePhoto, getPhotos, putPhoto} from "./store";
import {make} from "./dom";
import {makeKey} from "./outbox";
import {say} from "./words";

const LARGE = 1000000; // bytes; what is smaller is sent as it is
const SIDE = 2048; // pixels
const QUALITY = 0.85;

/** Return a large photo as a JPEG of some hundred kilobytes, which a slow line carries;
 * what this phone cannot read stays as it is: the server says what it is. */
export async function shrink(file) {
    if (file.size < LARGE) {
        return file;
    }
    try {
        const image = await window.createImageBitmap(file, {
            imageOrientation: "from-image",
        });
        const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
        const canvas = make("canvas");
        canvas.width = Math.round(image.width * scale);
        canvas.height = Math.round(image.height * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        image.close();
        const small = await new Promise((resolve) => {
            canvas.toBlob(resolve, "image/jpeg", QUALITY);
        });
        return small && small.size < file.size ? small : file;
    } catch {
        return file;
    }
}

function showPhoto(photo, onDrop) {
    const url = window.URL.createObjectURL(photo.blob);
    const image = make("img", {src: url, alt: photo.name});
    image.addEventListener("load", () => window.URL.revokeObjectURL(url));
    const drop = make(
        "button",
        {type: "button", "aria-label": say("photo_drop"), onclick: onDrop},
        "×"
    );
    return make("span", {class: "photo"}, image, drop);
}

/** The photos of a report that is being written, kept as soon as they are taken. */
export async function showPhotos(uid, visit, question, onFull) {
    const list = make("div", {class: "photos"});
    async function renew() {
        const photos = await getPhotos(uid, visit);
        const shown = photos.map((photo) =>
            showPhoto(photo, async () => {
                await deletePhoto(photo.key);
                await renew();
            })
        );
        list.replaceChildren(...shown);
    }
    const input = make("input", {
        type: "file",
        name: question.name,
        accept: "image/*",
        multiple: true,
    });
    input.addEventListener("change", async () => {
        try {
            for (const file of input.files) {
                const blob = await shrink(file);
                const {name} = file;
                await putPhoto({key: makeKey(), uid, visit, name, blob});
            }
            input.value = "";
        } catch {
            onFull();
        }
        await renew();
    });
    await renew();
    const label = make("label", {class: "add"}, say("photo_add"), input);
    return make("div", {class: "field"}, make("b", {}, question.label), list, label);
}
