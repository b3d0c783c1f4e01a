import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { rates, shownSeconds } from "../data/rates.ts";
import { isLoaded } from "../data/state.ts";
import { asNumber, t } from "../text/language.ts";

const widthPx = 120;
const heightPx = 28;
const seconds = Array.from({ length: shownSeconds }, (_, second) => second);
const hidden = { show: false };

/** The messages per second of the last two minutes, drawn once a second. */
export function Sparkline() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = box.current;
    return parent === null ? undefined : draw(parent);
  }, []);
  const now = rates.value.at(-1) ?? 0;
  const max = Math.max(...rates.value);
  return (
    <div class="rate" title={t("rate.title", { rate: asNumber(now), max: asNumber(max) })}>
      <div class="sparkline" ref={box} aria-hidden="true" />
      <span>{isLoaded.value && t("rate.now", { rate: asNumber(now) })}</span>
    </div>
  );
}

function draw(box: HTMLDivElement): () => void {
  const colour = () => getComputedStyle(box).color;
  const chart = new uPlot(
    {
      ...{ width: widthPx, height: heightPx, padding: [2, 0, 2, 0] },
      ...{ cursor: hidden, legend: hidden, axes: [hidden, hidden] },
      scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(max, 4)] } },
      series: [
        {},
        {
          stroke: colour,
          fill: () => `color-mix(in srgb, ${colour()} 18%, transparent)`,
          width: 1.5,
          points: hidden,
        },
      ],
    },
    [seconds, [...rates.value]],
    box,
  );
  const stop = effect(() => chart.setData([seconds, [...rates.value]]));
  return () => {
    stop();
    chart.destroy();
  };
}
