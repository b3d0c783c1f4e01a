import { useLayoutEffect, useRef } from "preact/hooks";

/** Maps a key, as in `KeyboardEvent.key`, to what it does. `false` leaves the key to others. */
export type Keys = Readonly<Record<string, (() => unknown) | undefined>>;

const active: { readonly current: Keys }[] = [];

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) {
    return;
  }
  if (event.key !== "Escape" && isTyping(event.target)) {
    return;
  }
  const key = keyOf(event);
  // The newest component has the first turn: Esc closes what was opened last.
  const taken = active.findLast(({ current }) => {
    const run = Object.hasOwn(current, key) ? current[key] : undefined;
    return run !== undefined && run() !== false;
  });
  if (taken !== undefined) {
    event.preventDefault();
  }
});

/** Returns the key as on a Latin layout. With a Korean input method `key` can be the Hangul letter "ㅓ", or "Process". */
function keyOf({ key, code, shiftKey }: KeyboardEvent): string {
  if (/^[ -~]/.test(key) && key !== "Process") {
    return key;
  }
  if (code === "Slash") {
    return shiftKey ? "?" : "/";
  }
  return /^(?:Key|Digit)(.)$/.exec(code)?.[1]?.toLowerCase() ?? key;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select")
  );
}

/** Listens to keys of the whole page as long as the component is there. */
export function useKeys(keys: Keys): void {
  const held = useRef(keys);
  held.current = keys;
  // A passive effect would be late by a frame: a part that is closed would still listen.
  useLayoutEffect(() => {
    active.push(held);
    return () => {
      active.splice(active.indexOf(held), 1);
    };
  }, []);
}
