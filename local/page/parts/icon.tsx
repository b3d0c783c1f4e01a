/** The paths of the icons, drawn for this page on a grid of 16 by 16. */
const paths = {
  messages: "M2.5 4h11M2.5 8h11M2.5 12h7",
  deliveries: "M2.5 8h8M7.5 4.5 11 8l-3.5 3.5M13.5 3v10",
  send: "M13.5 2.5 7 9M13.5 2.5 9.5 13.5 7 9 2.5 6.5z",
  topics: "M8 2 2.5 5 8 8l5.5-3zM2.5 8 8 11l5.5-3M2.5 11 8 14l5.5-3",
  faults: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
  close: "M4 4l8 8M12 4l-8 8",
  heartbeat: "M1.5 8h3l1.7-4.5 3 9L11 8h3.5",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.5v9L12.5 8z",
  export: "M8 2.5v8M5 7.5l3 3 3-3M3 13.5h10",
  copy: "M6 6h7.5v7.5H6zM10 6V2.5H2.5V10H6",
  link: "M7 9a2.6 2.6 0 0 0 3.7 0l2-2A2.6 2.6 0 0 0 9 3.3L8 4.3M9 7a2.6 2.6 0 0 0-3.7 0l-2 2A2.6 2.6 0 0 0 7 12.7L8 11.7",
  back: "M10 3.5 5.5 8l4.5 4.5",
  system: "M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3",
  light:
    "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1",
  dark: "M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5 5.8 5.8 0 1 0 13.5 9.5z",
  keyboard: "M1.5 4h13v8h-13zM4 6.5h.5M7 6.5h.5M10 6.5h.5M5 9.5h6",
  check: "M3 8.5 6.5 12 13 4.5",
  warning: "M8 2 1.5 13.5h13zM8 6.5v3.5M8 12v.2",
} as const;

export type IconName = keyof typeof paths;

/** An icon says nothing to a screen reader: the text or the name beside it does. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
