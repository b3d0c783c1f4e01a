import * as z from "zod";
import { plainSettings } from "../plain-settings.ts";
import { githubEvents } from "./github-events.ts";

/**
 * The triggers of a function that any other trigger calls, one form for each type. Fields and ranges are those of
 * "Put Trigger" (https://api.ncloud-docs.com/docs/compute-cloudfunctions-v2-puttrigger, read 2026-11-30); where it
 * names no limit, ours keeps a request small.
 */
const textCharactersMax = 200;
const linksMax = 100;
const triggersMax = 100;

function textOf(what: string) {
  const message = `must be ${what}: 1 to ${textCharactersMax} characters`;
  return z.string(message).regex(new RegExp(`^[^\\p{C}\\s]{1,${textCharactersMax}}$`, "u"), {
    message: `${message}, without spaces`,
  });
}

/** The part of a trigger's name that follows prefix and function. */
const nameRule = "must be letters, digits, - and _";
const ownName = z
  .string(nameRule)
  .regex(/^[A-Za-z0-9_-]{1,50}$/, `${nameRule}, 1 to 50 of them`)
  .optional();

const common = {
  /** Tells triggers of one type apart. Default: the type. */
  name: ownName,
  /** Settings of the function for this trigger's events alone. A trigger's parameters come before those of the action. */
  settings: plainSettings.default({}),
};

function objectOf<Shape extends z.ZodRawShape>(shape: Shape, what: string) {
  return z.strictObject(shape, {
    error: ({ code }) => (code === "invalid_type" ? `must be an object with ${what}` : undefined),
  });
}

function linksOf<Link extends z.ZodType>(link: Link, what: string) {
  return z
    .array(link, `must be a list of ${what}`)
    .min(1, `must name at least one of the ${what}`)
    .max(linksMax, `must name at most ${linksMax} of the ${what}`);
}

const insight = z.strictObject({
  type: z.literal("insight"),
  ...common,
  links: linksOf(
    objectOf(
      {
        prodKey: textOf("the prodKey of an event rule of Cloud Insight"),
        ruleGrpId: textOf("the ruleGrpId of an event rule of Cloud Insight"),
        /** In minutes. */
        reminderTime: z
          .int("must be a whole number of minutes, from 5 to 720")
          .min(5, "must be at least 5 minutes")
          .max(720, "must be at most 720 minutes")
          .optional(),
        enableNotiWhenEventClose: z.boolean("must be true or false").default(false),
      },
      "prodKey and ruleGrpId",
    ),
    "event rules",
  ),
});

const sourceCommit = z.strictObject({
  type: z.literal("source_commit"),
  ...common,
  links: linksOf(
    objectOf(
      {
        repositoryName: textOf("the name of a repository of SourceCommit"),
        webhookName: textOf("the name of a webhook of the repository"),
        enable: z.boolean("must be true or false").default(true),
      },
      "repositoryName and webhookName",
    ),
    "webhooks",
  ),
});

const secretManager = z.strictObject({
  type: z.literal("secret_manager"),
  ...common,
  links: linksOf(
    objectOf({ secretName: textOf("the name of a secret of Secret Manager") }, "secretName"),
    "secrets",
  ),
});

const gatewayName = "must be 1 to 20 letters, digits, - and _";
const gatewayText = z.string(gatewayName).regex(/^[A-Za-z0-9_-]{1,20}$/, gatewayName);
const variableRule = "must be the name of a variable: A-Z, 0-9 and _";

/** The variable that holds GitHub's access token, unless a trigger names another. */
export const accessTokenVariableDefault = "DEPLOY_GITHUB_TOKEN";

const github = z.strictObject({
  type: z.literal("github"),
  ...common,
  credential: objectOf(
    {
      username: textOf("a user name of GitHub"),
      repository: z
        .string("must be the name of a repository, or organization/repository")
        .regex(
          /^(?:[A-Za-z0-9._-]{1,39}\/)?[A-Za-z0-9._-]{1,100}$/,
          "must be the name of a repository, or organization/repository",
        ),
      /** The name of the variable (environment or settings file) that holds the access token. Never the token. */
      accessTokenVariable: z
        .string(variableRule)
        .regex(/^[A-Z][A-Z0-9_]{0,99}$/, variableRule)
        .default(accessTokenVariableDefault),
    },
    "username and repository",
  ),
  events: z
    .array(
      z
        .string("must be an event of GitHub")
        .refine((event) => event === "*" || githubEvents.includes(event), {
          message: "is no event that the documents name for this trigger",
        }),
      "must be a list of GitHub's events",
    )
    .min(1, 'must name at least one event, or be ["*"]')
    .max(githubEvents.length, `must name at most ${githubEvents.length} events`)
    .refine((events) => !events.includes("*") || events.length === 1, {
      message: 'must be ["*"] alone, or names without *',
    }),
  /**
   * Names in API Gateway, through which GitHub calls the trigger. They count when the trigger is created and never
   * again. Version 2.1 takes a product's name; version 2.0, and the finance zone, its id.
   */
  link: objectOf(
    {
      productName: textOf("the name of a product in API Gateway").optional(),
      productId: z
        .string("must be the id of a product in API Gateway")
        .regex(/^[A-Za-z0-9]{1,10}$/, "must be the id of a product in API Gateway")
        .optional(),
      apiName: gatewayText,
      stageName: gatewayText,
      authentication: z.enum(["NONE", "IAM"], "must be NONE or IAM").optional(),
    },
    "productName, apiName and stageName",
  ).optional(),
});

const types = ["insight", "github", "source_commit", "secret_manager"] as const;
export type EventTriggerType = (typeof types)[number];

/** The names that triggers have if the configuration gives none. */
export const defaultTriggerNames: readonly string[] = types.map(toDefaultName);

function toDefaultName(type: EventTriggerType): string {
  return type.replace("_", "-");
}

/** Returns the part of a trigger's name that follows prefix and function. */
export function ownNameOf({ name, type }: Pick<EventTriggerOptions, "name" | "type">): string {
  return name ?? toDefaultName(type);
}

const wrongType = `must be one of ${types.join(", ")}: cron and object_storage have functions of their own, and only the console makes the others`;

export const eventTriggers = z
  .array(
    z.discriminatedUnion("type", [insight, github, sourceCommit, secretManager], {
      error: ({ code }) => (code === "invalid_union" ? wrongType : "must be an object"),
    }),
    "must be a list of triggers",
  )
  .max(triggersMax, `must name at most ${triggersMax} triggers`)
  .default([]);

export type EventTriggerOptions = z.output<typeof eventTriggers>[number];
