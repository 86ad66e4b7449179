import {deletePhoto, getPhotos, putPhoto} from "./store";
import {make} from "./dom";
import {makeKey} from "./outbox";
import {say} from "./words";

const LARGE = 1000000; // bytes; what is smaller is sent as it is
const SIDE = 2048; // pixels
const QUALITY = 0.85;

async function isHeic(blob) {
    const head = await blob.slice(0, 12).text();
    return /^....ftyp(hei[cxms]|hev[cx]|m[is]f1)/su.test(head);
}

/** Return a large photo as a JPEG of some hundred kilobytes, which a slow line carries;
 * what this phone cannot read stays as it is. So does one become that iPhones alone
 * show. */
export async function shrink(file) {
    const forAll = !(await isHeic(file));
    if (forAll && file.size < LARGE) {
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
        return small && !(forAll && small.size >= file.size) ? small : file;
    } catch {
        return file;
    }
}

async function isPicture(blob) {
    try {
        (await window.createImageBitmap(blob)).close();
        return true;
    } catch {
        return false;
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
export async function showPhotos(uid, visit, question, onProblem) {
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
        onProblem("");
        try {
            for (const file of input.files) {
                const blob = await shrink(file);
                const {name} = file;
                if (await isHeic(blob)) {
                    onProblem(say("photo_heic"));
                } else if (!(await isPicture(blob))) {
                    onProblem(say("photo_none"));
                } else {
                    await putPhoto({key: makeKey(), uid, visit, name, blob});
                }
            }
            input.value = "";
        } catch {
            onProblem(say("full"));
        }
        await renew();
    });
    await renew();
    const label = make("label", {class: "add"}, say("photo_add"), input);
    return make("div", {class: "field"}, make("b", {}, question.label), list, label);
}
