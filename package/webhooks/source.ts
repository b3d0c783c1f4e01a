import type { Problem } from "../../lib/model/settings.ts";
import { verifyTokenOf } from "../../lib/webhooks/sources/challenge-options.ts";
import { parseSource, type Source } from "../../lib/webhooks/sources/source.ts";
import { isSecretList, isSourceName } from "../../lib/webhooks/sources/source-parts.ts";

/**
 * A sender of webhooks: the options of one source of WEBHOOK_SOURCES, with its name and secrets. docs/webhooks.md has the
 * verifiers and all options.
 */
export type WebhookSource = {
  /** 1 to 50 of `a-z`, `0-9` and `-`. Ids that are made from the body depend on it. */
  readonly name: string;
  /** Several are valid at once, so that one can be rotated. For `public-key` they are public keys. */
  readonly secrets?: string | readonly string[];
  /**
   * A provider such as `github` or `stripe`, or `hmac`, `public-key`, `bearer`, `basic` or `token`. `none` proves nothing and
   * verifies every delivery.
   */
  readonly verifier: string;
  /** Secrets of a challenge such as Meta's. They prove no event, so `verify` needs none. */
  readonly verifyToken?: string | readonly string[];
  /** Any other option of the source, such as `header`, `id`, `split` or `toleranceSeconds`. */
  readonly [option: string]: unknown;
};

/** Default of WEBHOOK_BODY_BYTES_MAX. */
const bodyBytesMax = 700_000;

/** Reads a source. Throws a TypeError that names every problem and holds no secret. */
export function readSource(given: WebhookSource): Source {
  const { name, secrets = [], verifyToken, ...options } = given ?? {};
  const isNamed = typeof name === "string" && isSourceName(name);
  const known = isNamed ? name : "source";
  const parsed = parseSource(known, options, {
    // An absent list is not missed: nothing that `verify` answers needs the token of a challenge.
    WEBHOOK_SECRETS: {
      [known]: toList(secrets, options),
      [verifyTokenOf(known)]: toList(verifyToken, {}),
    },
    WEBHOOK_BODY_BYTES_MAX: bodyBytesMax,
  });
  const problems: readonly Problem[] = [
    ...(isNamed ? [] : [{ setting: "name", text: "must be 1 to 50 of a-z, 0-9 and -" }]),
    ...(toList(secrets, options) ? [] : [{ setting: "secrets", text: wrongList }]),
    ...(toList(verifyToken ?? [], {}) ? [] : [{ setting: "verifyToken", text: wrongList }]),
    ...(parsed.ok ? parsed.value.faults : parsed.problems),
  ];
  if (!parsed.ok || problems.length > 0) {
    const within = `WEBHOOK_SOURCES ${known}.`;
    const texts = problems.map(({ setting, text }) =>
      `${setting} ${text}`.replace(within, "").replace("WEBHOOK_SECRETS", "secrets"),
    );
    throw new TypeError(`the source is wrong: ${texts.join("; ")}`);
  }
  return parsed.value;
}

const wrongList = "must be a list of texts of one line, none blank";

/** Returns the list of secrets; undefined if it is absent or wrong. */
function toList(given: unknown, options: object): readonly string[] | undefined {
  const list = typeof given === "string" ? [given] : given;
  return isSecretList(list, options) ? list : undefined;
}
