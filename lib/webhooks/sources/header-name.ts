import { isText } from "../../encoding/unknown-object.ts";
import { type Rule, textWhere } from "../../settings/rules.ts";

/** Accepts the name of a header, and gives it in lower case. */
export const headerName: Rule<string> = {
  ...textWhere(
    (name) => /^[\w-]{1,100}$/.test(name),
    "must be a header name of at most 100 characters",
  ),
  coerce: (value) => (isText(value) ? value.toLowerCase() : value),
};
