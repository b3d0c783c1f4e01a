import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useKeys } from "../frame/keys.ts";
import { t } from "../text/language.ts";
import { IconButton } from "./controls.tsx";

type DrawerProps = {
  readonly title: ComponentChildren;
  readonly onClose: () => void;
  /** The lower end, which stays in sight: the button that the drawer is for. */
  readonly footer?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
};

/**
 * A panel beside the list, or over it on a narrow screen. It takes the focus when it opens; Esc closes it, and the
 * focus returns to where it was.
 */
export function Drawer({ title, onClose, footer, children, ...others }: DrawerProps) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useKeys({ Escape: onClose });
  // A passive effect returns the focus only after the frame in which the drawer is gone: meanwhile nothing has it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => before instanceof HTMLElement && before.focus({ preventScroll: true });
  }, []);
  return (
    <aside class={`drawer ${others.class ?? ""}`} aria-labelledby={id}>
      <header>
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon="close" label={t("common.close")} onClick={onClose} />
      </header>
      <div class="drawer-body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </aside>
  );
}
