import { faults } from "../data/state.ts";
import { Icon } from "../parts/icon.tsx";
import { t } from "../text/language.ts";
import { hrefOf, route } from "./route.ts";
import { isSendOpen, leaveSend } from "./send-state.ts";

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
          onClick={place === "messages" ? leaveSend : undefined}
          data-alert={place === "faults" && areFaultsOn ? "" : undefined}
        >
          <Icon name={place} />
          <span>{t(`view.${place}`)}</span>
        </a>
      ))}
    </nav>
  );
}

/** The Send drawer is the current place while it is open beside the messages. */
function currentOf(place: (typeof places)[number]): "page" | undefined {
  const current = isSendOpen.value ? "send" : route.value.view;
  return current === place ? "page" : undefined;
}
