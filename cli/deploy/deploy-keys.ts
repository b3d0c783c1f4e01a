import { createKeyPair, type KeyPair } from "../../lib/model/key-pair.ts";
import type { Settings } from "../../lib/model/settings.ts";
import { optional, parseFields } from "../../lib/settings/fields.ts";
import { headerKey, isSecret } from "../../lib/settings/rules.ts";
import { whyOdd } from "../shared/odd-secret.ts";
import type { Terminal } from "../shared/terminal.ts";
import { UsageError } from "../shared/usage-error.ts";

/** The settings of a key pair that the functions do not get. */
export const deployKeys = ["DEPLOY_ACCESS_KEY", "DEPLOY_SECRET_KEY"] as const;

type Keys = {
  readonly keys: KeyPair;
  /** True if the functions' own key pair signs. */
  readonly isShared: boolean;
  readonly secrets: readonly string[];
  /** Text that says where to look if the key pair is refused. */
  readonly keyHint: readonly string[];
};

/** Reads both halves of one key pair, never one half of each. Throws a UsageError. */
export function readKeys(settings: Settings, environment: Terminal["environment"]): Keys {
  const [ownAccess, ownSecret] = deployKeys.map((name) => settings[name] || environment[name]);
  const isShared = !ownAccess && !ownSecret;
  const accessKey = isShared ? settings["NCLOUD_ACCESS_KEY"] : ownAccess;
  const secretKey = isShared ? settings["NCLOUD_SECRET_KEY"] : ownSecret;
  const why = whyOdd(accessKey, secretKey);
  const names = isShared ? "NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY" : deployKeys.join(" and ");
  const isAccessKey = parseFields({ accessKey }, { accessKey: optional(headerKey) }).ok;
  if (
    typeof accessKey !== "string" ||
    !isAccessKey ||
    typeof secretKey !== "string" ||
    !isSecret(secretKey)
  ) {
    throw new UsageError(
      `${names} must be set, in a settings file or the environment, without blanks or placeholders`,
    );
  }
  return {
    keys: createKeyPair(accessKey, secretKey),
    ...{ isShared, secrets: [accessKey, secretKey] },
    keyHint: why === undefined ? [] : [`${names.split(" ").at(-1)} ${why}: copy it again.`],
  };
}
