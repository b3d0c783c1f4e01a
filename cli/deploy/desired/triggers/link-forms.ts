/** One entry of a trigger's links, as it is sent. */
export type TriggerLinkOption = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The types of triggers whose body is a list of links, with their fields (NAVER Cloud API guide, "Put Trigger",
 * https://api.ncloud-docs.com/docs/compute-cloudfunctions-v2-puttrigger, read 2026-11-30).
 */
export const linkForms = {
  object_storage: {
    field: "objectStorageLink",
    required: ["bucketName", "eventRuleName"],
    optional: [],
  },
  insight: {
    field: "insightLink",
    required: ["prodKey", "ruleGrpId"],
    optional: ["reminderTime", "enableNotiWhenEventClose"],
  },
  source_commit: {
    field: "sourceCommitLink",
    required: ["repositoryName", "webhookName"],
    optional: ["enable"],
  },
  secret_manager: { field: "secretManagerLink", required: ["secretName"], optional: [] },
} as const satisfies Readonly<Record<string, LinkForm>>;

export type LinkForm = {
  readonly field: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
};

export type LinkType = keyof typeof linkForms;

/** Returns the fields that name a link; undefined if one is missing. The API may write numbers for text. */
export function identityOf(link: Readonly<Record<string, unknown>>, form: LinkForm) {
  const values = form.required.map((name) => link[name]);
  return values.every((value) => typeof value === "string" || typeof value === "number")
    ? values.join(":")
    : undefined;
}
