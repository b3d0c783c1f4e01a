import type { ComponentChildren } from "preact";
import { t } from "../text/language.ts";
import { Icon, type IconName } from "./icon.tsx";

type ButtonProps = {
  readonly onClick?: () => unknown;
  readonly icon?: IconName | undefined;
  /** At most one button of a view is primary: the only one that is filled. */
  readonly kind?: "primary" | "plain" | "quiet";
  readonly type?: "button" | "submit";
  readonly disabled?: boolean;
  /** The id of the form that it submits from outside. */
  readonly form?: string;
  readonly pressed?: boolean | undefined;
  readonly title?: string | undefined;
  /** A number after the label. */
  readonly count?: string | undefined;
  readonly children: ComponentChildren;
};

export function Button({
  kind = "plain",
  type = "button",
  icon,
  pressed,
  count,
  children,
  ...others
}: ButtonProps) {
  return (
    <button type={type} class={`button ${kind}`} aria-pressed={pressed} {...others}>
      {icon && <Icon name={icon} />}
      <span class="label">{children}</span>
      {count && <span class="count">{count}</span>}
    </button>
  );
}

type IconButtonProps = {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => unknown;
};

/** A button with an icon alone. Its label is its name and its title. */
export function IconButton({ icon, label, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      class="button icon-only"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

type TabsProps<T extends string> = {
  readonly label: string;
  readonly values: readonly (readonly [T, string])[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
};

/** A choice of one out of few, as a row of joined buttons. */
export function Choice<T extends string>({ label, values, chosen, onChoose }: TabsProps<T>) {
  return (
    <fieldset class="choice" aria-label={label}>
      {values.map(([value, text]) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}

type FieldProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ComponentChildren;
};

/** A form field with its label above it. The control is the child. */
export function Field({ label, hint, children }: FieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label class="field">
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  );
}

type StatusProps = {
  readonly tone: "good" | "bad" | "warn" | "neutral";
  readonly children: ComponentChildren;
};

export function Badge({ tone, children }: StatusProps) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

type EmptyProps = {
  readonly title: string;
  readonly text?: string;
  readonly icon?: IconName;
  readonly children?: ComponentChildren;
};

/** Fills a view that has nothing to show, and leads to the first thing. */
export function Empty({ title, text, icon, children }: EmptyProps) {
  return (
    <div class="empty">
      {icon && <Icon name={icon} />}
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

export function Loading() {
  return <p class="loading muted">{t("common.loading")}</p>;
}
