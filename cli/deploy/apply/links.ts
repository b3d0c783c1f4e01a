import { readTrigger } from "../actual/read-trigger.ts";
import { ApiFailure } from "../api/api-failure.ts";
import {
  findContent,
  type ManagementApi,
  type ManagementRequest,
  triggerPath,
} from "../api/management-api.ts";
import { linkAction, type TriggerLink } from "../api/requests.ts";
import { isLinked, type PlannedLink } from "../plan/plan-link.ts";

/**
 * DUPLICATED_RULE: an earlier request, whose response was lost, has linked the action already. Seen in
 * public code.
 */
const duplicatedRule = "80901";
/** A look at the trigger follows each try. The client of the API retries a single request by itself. */
const linkTriesMax = 3;

/**
 * Links a trigger to its action, and then unlinks it from the same action in another package. In this order no event is
 * lost: one that comes in between runs both. An API that compares bare names may take the new link for the old one, so a
 * look at the end links again.
 */
export async function carryOutLink(planned: PlannedLink, api: ManagementApi): Promise<void> {
  const { name: trigger, action, packageName, from } = planned;
  const wanted = { trigger, action, packageName };
  await link(wanted, api);
  for (const other of from) {
    await unlink({ trigger, action, packageName: other }, api);
  }
  if (from.length > 0 && !(await isThere(wanted, api))) {
    await link(wanted, api);
  }
}

export async function link(wanted: TriggerLink, api: ManagementApi): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const failure = await tryLink(wanted, api);
    if (failure === undefined) {
      return;
    }
    if (!failure.isUncertain || tries === linkTriesMax) {
      throw failure;
    }
  }
}

/** Returns undefined once the action is linked, by this request or an earlier one. */
async function tryLink(wanted: TriggerLink, api: ManagementApi): Promise<ApiFailure | undefined> {
  try {
    await api({ ...linkAction("POST", wanted), again: "untilAnswered" });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    const isDone = error.errorCode === duplicatedRule || (await isThere(wanted, api));
    return isDone ? undefined : error;
  }
}

/** The answer to the unlinking of an action that is not linked is not documented, so a look at the trigger decides. */
export async function unlink(link: TriggerLink, api: ManagementApi): Promise<void> {
  try {
    await api(linkAction("DELETE", link));
  } catch (error) {
    if (!(error instanceof ApiFailure) || !(error.isAbsent || (await isGone(error, link, api)))) {
      throw error;
    }
  }
}

/** SUB_ACC_NO_PERMISSION. The gateway's own codes, of three digits, say nothing of the link either. */
const saysNothing = /^(?:80002|\d{3}|)$/;

async function isGone(
  { retry, errorCode }: ApiFailure,
  { trigger, action, packageName }: TriggerLink,
  api: ManagementApi,
): Promise<boolean> {
  if (retry !== "never" || saysNothing.test(errorCode)) {
    return false;
  }
  const found = await findContent(api, triggerPath(trigger));
  const { actions = [] } = found === undefined ? {} : readTrigger(found);
  const isNamed = actions.includes(`${packageName}/${action}`);
  return !isNamed && actions.filter((one) => one === action).length <= 1;
}

export async function isThere(
  { trigger, action, packageName }: TriggerLink,
  api: ManagementApi,
): Promise<boolean> {
  const found = await findContent(api, triggerPath(trigger));
  return found !== undefined && isLinked(found, action, packageName);
}

export async function removeIfThere(request: ManagementRequest, api: ManagementApi): Promise<void> {
  try {
    await api(request);
  } catch (error) {
    if (!(error instanceof ApiFailure) || !error.isAbsent) {
      throw error;
    }
  }
}
