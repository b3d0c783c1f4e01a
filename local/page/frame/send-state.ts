import { effect, signal } from "@preact/signals";
import { go, hrefOf, route } from "./route.ts";

/** True while the Send drawer is open beside the messages. It stays open while the reader opens messages. */
export const isSendOpen = signal(false);

effect(() => {
  const { view } = route.value;
  if (view === "send") {
    isSendOpen.value = true;
  } else if (view !== "messages") {
    isSendOpen.value = false;
  }
});

/** Closes the drawer on the way to a view. */
export function leaveSend(): void {
  isSendOpen.value = false;
}

export function closeSend(): void {
  leaveSend();
  if (route.value.view === "send") {
    go(hrefOf("messages"));
  }
}
