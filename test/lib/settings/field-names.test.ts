import { expect, test } from "vitest";
import { isSecretName, isSettingName } from "../../../lib/settings/field-names.ts";

test.each(["NCLOUD_SECRET_KEY", "log_level", "Event_Id", "__ow_body", "__OW_API_KEY"])(
  "%s is the name of a setting or of OpenWhisk's own field",
  (name) => {
    expect(isSettingName(name)).toBe(true);
  },
);

test.each(["object_name", "level", "__proto__", "ow_body", "EVENT_NAME"])(
  "%s is the name of an event's field",
  (name) => {
    expect(isSettingName(name)).toBe(false);
  },
);

test.each([
  ...["secret", "clientSecret", "DB_PASSWORD", "passwd", "passphrase", "apiToken", "credentials"],
  ...["x-signature", "auth", "auth_header", "Authorization", "authorisation"],
  ...["api_key", "apiKey", "x-api-key", "access key", "private.key"],
])("%s is the name of a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each(["author", "authors", "author_id", "authority", "key", "keyboard", "object_name"])(
  "%s is not the name of a secret",
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);
