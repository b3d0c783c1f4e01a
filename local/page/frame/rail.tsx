import { faults } from "../data/state.ts";
import { Icon } from "../parts/icon.tsx";
import { t } from "../text/language.ts";
import { hrefOf, route } from "./route.ts";
import { isSendOpen } from "./send-state.ts";

const places = ["messages", "deliveries", "send", "topics", "faults"] as const;

/** The views, at the left, or at the lower end of a narrow screen. */
export function Rail() {
  const areFaultsOn = faults.value?.on === true;
  return (
    <nav class="rail" aria-label={t("page.views")}>
      {places.map((place) => (
        <a
          key={place}
          href={hrefOf(place)}
          aria-current={currentOf(place)}
          data-place={place}
          data-alert={place === "faults" && areFaultsOn ? "" : undefined}
        >
          <Icon name={place} />
          <span>{t(`view.${place}`)}</span>
        </a>
      ))}
    </nav>
  );
}

/** The Send drawer is open beside a view, so both are marked, and only the view is the current page. */
function currentOf(place: (typeof places)[number]): "page" | "true" | undefined {
  if (place === "send") {
    return isSendOpen.value ? "true" : undefined;
  }
  const { view } = route.value;
  return view === place || (view === "send" && place === "messages") ? "page" : undefined;
}
