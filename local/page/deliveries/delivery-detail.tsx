import { useEffect, useState } from "preact/hooks";
import { getJson, getText } from "../data/api.ts";
import { go } from "../frame/route.ts";
import { Button, IconButton, Loading } from "../parts/controls.tsx";
import { Drawer } from "../parts/drawer.tsx";
import { copyText, showNote, showProblem } from "../parts/toast.tsx";
import { oneLine } from "../parts/visible.ts";
import { t } from "../text/language.ts";
import { type Delivery, nameOf } from "./delivery.ts";
import { DeliveryBody } from "./delivery-body.tsx";
import { EditForm, editFormId } from "./edit-form.tsx";
import { closeDelivery, hrefOfDelivery } from "./filters.ts";
import { deliveries } from "./load-deliveries.ts";
import { type Edited, type Replayed, replay } from "./replay.ts";

const titleCharactersMax = 200;

export function DeliveryDetail({ id }: { readonly id: string }) {
  const delivery = useDelivery(id);
  if (delivery === undefined || delivery === "gone") {
    return (
      <Drawer class="detail" title={t("delivery.title")} onClose={closeDelivery}>
        {delivery === undefined ? <Loading /> : <p class="muted">{t("delivery.gone")}</p>}
      </Drawer>
    );
  }
  return <LoadedDetail delivery={delivery} />;
}

function LoadedDetail({ delivery }: { readonly delivery: Delivery }) {
  const { id } = delivery;
  const [isEditing, setEditing] = useState(false);
  const [isSending, setSending] = useState(false);
  const name = oneLine(nameOf(delivery), titleCharactersMax);
  const send = (edited?: Edited) => {
    setSending(true);
    replay(id, edited)
      .then(showNewCall, showProblem)
      .finally(() => setSending(false));
  };
  const endEdit = () => setEditing(false);
  return isEditing ? (
    <Drawer
      key="edit"
      class="detail"
      title={t("delivery.editTitle", { name })}
      onClose={endEdit}
      footer={<EditActions isSending={isSending} onCancel={endEdit} />}
    >
      <EditForm delivery={delivery} onSend={send} />
    </Drawer>
  ) : (
    <Drawer
      key="read"
      class="detail"
      title={name}
      onClose={closeDelivery}
      footer={
        <Actions
          id={id}
          isWhole={delivery.log !== undefined}
          isSending={isSending}
          onSend={send}
          onEdit={() => setEditing(true)}
        />
      }
    >
      <DeliveryBody delivery={delivery} />
    </Drawer>
  );
}

function showNewCall({ id, note, reply }: Replayed): void {
  showNote(note ?? t(id === null ? "delivery.unknownCall" : "delivery.sent", reply));
  if (id !== null) {
    go(hrefOfDelivery(id));
  }
}

/** Returns the call as the list has it, until the whole of it is loaded. */
function useDelivery(id: string): Delivery | "gone" | undefined {
  const [whole, setWhole] = useState<Delivery | "gone">();
  useEffect(() => {
    getJson<Delivery>(`/_/deliveries/${encodeURIComponent(id)}`).then(setWhole, () =>
      setWhole("gone"),
    );
  }, [id]);
  return whole ?? deliveries.value?.find((one) => one.id === id);
}

type ActionsProps = {
  readonly id: string;
  /** False while only the beginning of a long body is here. */
  readonly isWhole: boolean;
  readonly isSending: boolean;
  readonly onSend: () => void;
  readonly onEdit: () => void;
};

function Actions({ id, isWhole, isSending, onSend, onEdit }: ActionsProps) {
  const curl = () => getText(`/_/deliveries/${encodeURIComponent(id)}/curl`);
  return (
    <>
      <Button kind="primary" icon="send" disabled={isSending} onClick={() => onSend()}>
        {t("delivery.sendAgain")}
      </Button>
      <Button disabled={!isWhole} onClick={onEdit}>
        {t("delivery.edit")}
      </Button>
      <span class="footer-end">
        <Button kind="quiet" icon="copy" onClick={() => copyText(curl)}>
          {t("delivery.curl")}
        </Button>
        <IconButton
          icon="link"
          label={t("delivery.link")}
          onClick={() => copyText(() => location.href)}
        />
      </span>
    </>
  );
}

type EditActionsProps = { readonly isSending: boolean; readonly onCancel: () => void };

function EditActions({ isSending, onCancel }: EditActionsProps) {
  return (
    <>
      <Button kind="primary" type="submit" form={editFormId} icon="send" disabled={isSending}>
        {t("delivery.sendEdited")}
      </Button>
      <Button onClick={onCancel}>{t("delivery.cancel")}</Button>
    </>
  );
}
