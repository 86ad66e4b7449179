import {
    SignatureField,
    signatureField,
} from "@web/views/fields/signature/signature_field";
import {NameAndSignature} from "@web/core/signature/name_and_signature";
import {SignatureDialog} from "@web/core/signature/signature_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** A box to draw in: no letters that draw themselves, no picture from elsewhere. */
class IspDrawing extends NameAndSignature {
    static template = "isp_onboarding.IspDrawing";
}

class IspDrawingDialog extends SignatureDialog {
    static components = {...SignatureDialog.components, NameAndSignature: IspDrawing};
}

/** A signature that is drawn by hand, and saved at once: the server notes its time. */
export class IspDrawnSignatureField extends SignatureField {
    onClickSignature() {
        if (this.props.readonly) {
            return;
        }
        this.dialogService.add(IspDrawingDialog, {
            nameAndSignatureProps: {
                displaySignatureRatio: 3,
                mode: "draw",
                noInputName: true,
            },
            uploadSignature: (signature) => this.uploadSignature(signature),
        });
    }

    async uploadSignature(signature) {
        await super.uploadSignature(signature);
        await this.props.record.save();
    }
}

registry.category("fields").add("isp_drawn_signature", {
    ...signatureField,
    component: IspDrawnSignatureField,
    displayName: _t("Signature drawn by hand"),
});
