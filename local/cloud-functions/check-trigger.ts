import type { OutgoingResponse } from "../http/response.ts";
import { isJsonObject, objectIn } from "./check-fields.ts";
import type { Zone } from "./emulator.ts";
import type { JsonObject, TriggerType } from "./resources.ts";
import { undocumentedError } from "./responses.ts";

/**
 * Checks the body of "Put Trigger" for each type, as its page describes it. No code is documented for a wrong body.
 * https://api.ncloud-docs.com/docs/compute-cloudfunctions-v2-puttrigger (read 2026-11-30). Version 2.0, of the public
 * sector, has the types cron and github: https://api-gov.ncloud-docs.com/docs/compute-cloudfunctions-puttrigger (read
 * 2026-11-30).
 */

const typesOf: Readonly<Record<Zone, readonly TriggerType[]>> = {
  public: ["cron", "github", "insight", "object_storage", "source_commit", "secret_manager"],
  fin: ["cron", "github", "insight", "object_storage", "source_commit", "secret_manager"],
  gov: ["cron", "github"],
};

export function toTriggerType(text: string | null, zone: Zone): TriggerType | undefined {
  return typesOf[zone].find((type) => type === text);
}

type Rule = (value: unknown) => boolean;
type Fields = Readonly<Record<string, { readonly rule: Rule; readonly isOptional?: boolean }>>;

const isText: Rule = (value) => typeof value === "string" && value !== "";
const isFlag: Rule = (value) => typeof value === "boolean";
const isReminder: Rule = (value) =>
  Number.isInteger(value) && Number(value) >= 5 && Number(value) <= 720;
const text = { rule: isText };
const flag = { rule: isFlag, isOptional: true };

/** The field that holds the links of a type, and the fields of a link. */
const linkForms: Readonly<Partial<Record<TriggerType, readonly [string, Fields]>>> = {
  object_storage: ["objectStorageLink", { bucketName: text, eventRuleName: text }],
  insight: [
    "insightLink",
    {
      prodKey: text,
      ruleGrpId: text,
      reminderTime: { rule: isReminder, isOptional: true },
      enableNotiWhenEventClose: flag,
    },
  ],
  source_commit: ["sourceCommitLink", { repositoryName: text, webhookName: text, enable: flag }],
  secret_manager: ["secretManagerLink", { secretName: text }],
};

const cronRule = /^[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}$/;

export type TriggerBody = {
  readonly type: TriggerType;
  readonly zone: Zone;
  /** The fields of the trigger itself. Version 2.0 has them within `trigger`. */
  readonly fields: JsonObject;
  /** The names in API Gateway. */
  readonly link: unknown;
  readonly isNew: boolean;
};

export function checkTriggerBody(body: TriggerBody): OutgoingResponse | undefined {
  const { type, fields } = body;
  if (type === "cron") {
    return typeof fields["cronOption"] === "string" && cronRule.test(fields["cronOption"])
      ? undefined
      : undocumentedError(400, "INVALID_CRON_OPTION");
  }
  return type === "github" ? checkGithub(body) : checkLinks(fields, type);
}

function checkLinks(fields: JsonObject, type: TriggerType): OutgoingResponse | undefined {
  const [field = "", form = {}] = linkForms[type] ?? [];
  const links = fields[field];
  const message = `INVALID_${field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  if (!Array.isArray(links) || links.length === 0) {
    return undocumentedError(400, message, `${field} is required`);
  }
  const wrong = links.flatMap((link: unknown) => findWrong(link, form)).at(0);
  return wrong === undefined ? undefined : undocumentedError(400, message, `${field}[].${wrong}`);
}

/** Returns the names of fields that are missing, wrong or unknown. */
function findWrong(link: unknown, form: Fields): readonly string[] {
  if (!isJsonObject(link)) {
    return ["0"];
  }
  const wrong = Object.entries(form).filter(
    ([name, { rule, isOptional }]) =>
      !(link[name] === undefined ? isOptional === true : rule(link[name])),
  );
  const unknown = Object.keys(link).filter((name) => !Object.hasOwn(form, name));
  return [...wrong.map(([name]) => name), ...unknown];
}

const credentialForm: Fields = { username: text, accessToken: text, repository: text };
const isGatewayAuthentication: Rule = (value) => value === "NONE" || value === "IAM";

const gatewayForms: Readonly<Record<Zone, Fields>> = {
  public: { productName: text, apiName: text, stageName: text },
  fin: gatewayById(),
  gov: gatewayById(),
};

function gatewayById(): Fields {
  const authentication = { rule: isGatewayAuthentication, isOptional: true };
  return { productId: text, apiName: text, stageName: text, authentication };
}

/**
 * Checks a GitHub trigger. Its names in API Gateway are "valid and required only at creation": an older page says that
 * they are not applied later, and this emulator refuses them, so that both readings are rehearsed.
 */
function checkGithub({ zone, fields, link, isNew }: TriggerBody): OutgoingResponse | undefined {
  const { events } = fields;
  const credential = objectIn(fields, zone === "gov" ? "credentials" : "credential");
  const [wrong] = findWrong(credential, credentialForm);
  if (wrong !== undefined) {
    return undocumentedError(400, "INVALID_CREDENTIAL", `credential.${wrong}`);
  }
  if (!Array.isArray(events) || events.length === 0 || !events.every(isText)) {
    return undocumentedError(400, "INVALID_EVENTS", "events is required");
  }
  if (!isNew) {
    return link === undefined ? undefined : undocumentedError(400, "LINK_AFTER_CREATION");
  }
  const [wrongLink] = findWrong(link, gatewayForms[zone]);
  return wrongLink === undefined
    ? undefined
    : undocumentedError(400, "INVALID_LINK", `link.${wrongLink}`);
}
