import {ImageField, imageField} from "@web/views/fields/image/image_field";
import {_t} from "@web/core/l10n/translation";
import {isBinarySize} from "@web/core/utils/binary";
import {registry} from "@web/core/registry";
import {useState} from "@odoo/owl";

/** A picture in the vault. Another one is in its place until its reader asks for it,
 * and it is noted who looked. */
export class IspKeptPictureField extends ImageField {
    static template = "isp_base.IspKeptPictureField";

    setup() {
        super.setup();
        this.kept = useState({picture: null});
        this.showText = _t("Show");
    }

    get isKept() {
        const value = this.props.record.data[this.props.name];
        return Boolean(value) && isBinarySize(value) && this.kept.picture === null;
    }

    getUrl(name) {
        if (this.kept.picture) {
            return `data:image/png;base64,${this.kept.picture}`;
        }
        return super.getUrl(name);
    }

    async reveal() {
        const {record, name} = this.props;
        const ids = [record.resId];
        this.kept.picture = await this.orm.call(record.resModel, "isp_reveal", [
            ids,
            name,
        ]);
    }

    onFileRemove() {
        this.kept.picture = null;
        super.onFileRemove();
    }

    /** Nothing is kept of it elsewhere, as Odoo does with the sizes of a WebP. */
    onFileUploaded(info) {
        this.state.isValid = true;
        this.kept.picture = null;
        this.props.record.update({[this.props.name]: info.data});
    }
}

registry.category("fields").add("isp_kept_picture", {
    ...imageField,
    component: IspKeptPictureField,
    displayName: _t("Picture in the vault"),
});
