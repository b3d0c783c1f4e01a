import { optional, parseFields } from "../../settings/fields.ts";
import { textWhere } from "../../settings/rules.ts";
import { createQueryToken, createToken } from "../verify/credentials.ts";
import { headerName } from "./header-name.ts";
import type { Scheme } from "./scheme.ts";

/** A secret in a header that the source chooses, such as `x-api-key`, or in the URL's query. */
export function tokenScheme(): Scheme {
  const fields = {
    header: optional(headerName),
    query: optional(
      textWhere((name) => /^[\w.-]{1,100}$/.test(name), "must be the name of a query's parameter"),
    ),
  };
  return {
    preset: {},
    options: Object.keys(fields),
    create: (options, within) => {
      const parsed = parseFields(options, fields, within);
      if (!parsed.ok) {
        return parsed;
      }
      const { header, query } = parsed.value;
      if (header === undefined) {
        return query === undefined
          ? { ok: false, problems: [{ setting: `${within}header`, text: "is required, or query" }] }
          : { ok: true, value: createQueryToken(query) };
      }
      return query === undefined
        ? { ok: true, value: createToken(header) }
        : {
            ok: false,
            problems: [{ setting: `${within}query`, text: "excludes header: set one" }],
          };
    },
  };
}
