import { useEffect } from "preact/hooks";
import { deliveriesVersion } from "../data/state.ts";
import { DeliveryDetail } from "../deliveries/delivery-detail.tsx";
import { DeliveryList } from "../deliveries/delivery-list.tsx";
import { DeliveryToolbar } from "../deliveries/delivery-toolbar.tsx";
import { shownList } from "../deliveries/filters.ts";
import { loadDeliveries } from "../deliveries/load-deliveries.ts";
import { route } from "../frame/route.ts";
import { showProblem } from "../parts/toast.tsx";
import { RequestList } from "../requests/request-list.tsx";
import { t } from "../text/language.ts";

/** A burst of calls is loaded this often at most. */
const loadMs = 300;

/** Every call of a function, and every request to the Data Stream API. */
export function Deliveries() {
  useLoading();
  const [id] = route.value.path;
  return (
    <>
      <section class="deliveries" data-split={id !== undefined} aria-labelledby="deliveries-title">
        <h2 id="deliveries-title" class="unseen">
          {t("view.deliveries")}
        </h2>
        <DeliveryToolbar isDetailOpen={id !== undefined} />
        {shownList() === "requests" ? <RequestList /> : <DeliveryList openId={id} />}
      </section>
      {id !== undefined && <DeliveryDetail key={id} id={id} />}
    </>
  );
}

/** Loads the calls when the view opens, and after each call, but not more often than a reader could follow. */
function useLoading(): void {
  const version = deliveriesVersion.value;
  useEffect(() => {
    const timer = setTimeout(() => loadDeliveries().catch(showProblem), version === 0 ? 0 : loadMs);
    return () => clearTimeout(timer);
  }, [version]);
}
