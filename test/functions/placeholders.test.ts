import { describe, expect, test } from "vitest";
import { webhook } from "../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../support/adapters.ts";
import { pushCall, shopCall } from "../support/deliveries.ts";
import { createHarness } from "../support/harness.ts";
import { webhookSettings } from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

describe.each(httpAdapters)("$name", ({ open }) => {
  test.for([
    ["alone", ["…"], "number 1 of 1"],
    ["beside a real one", [secretsInUse.hmac, "changeme"], "number 2 of 2"],
  ] as const)(
    "a placeholder %s among the secrets stops its source, and the others go on",
    async ([, shop, number]) => {
      const harness = createHarness();
      const settings = {
        ...webhookSettings,
        WEBHOOK_SECRETS: { ...webhookSettings.WEBHOOK_SECRETS, shop },
      };
      const { http } = open(webhook(), { harness, settings });

      const stopped = await http(shopCall('{"order":"A-1","total":12.50}', "00"));
      const delivered = await http(pushCall);

      expect(stopped).toMatchObject({ status: 500, body: '{"status":"failed"}' });
      expect(delivered).toMatchObject({ status: 200 });
      expect(produced(harness)).toHaveLength(1);
      expect(logged(harness).filter(({ level }) => level === "error")).toMatchObject([
        {
          code: "BAD_SETTINGS",
          reason: `WEBHOOK_SECRETS of the source shop holds a placeholder, no secret: ${number}`,
        },
      ]);
    },
  );

  test.for(["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY"])(
    "a placeholder as %s stops every call",
    async (name) => {
      const harness = createHarness();
      const settings = { ...webhookSettings, [name]: "changeme" };

      const reply = await open(webhook(), { harness, settings }).http(pushCall);

      expect(reply).toMatchObject({ status: 500 });
      expect(logged(harness)).toMatchObject([
        { level: "error", code: "BAD_SETTINGS", reason: expect.stringMatching(`^${name} must be`) },
      ]);
    },
  );
});
