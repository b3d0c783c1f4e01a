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
          aria-current={isAt(place) ? "page" : undefined}
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

function isAt(place: (typeof places)[number]): boolean {
  if (place === "send") {
    return isSendOpen.value;
  }
  return route.value.view === place || (route.value.view === "send" && place === "messages");
}
