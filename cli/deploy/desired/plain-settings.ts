import * as z from "zod";
import { allSettingNames } from "../../project/functions.ts";
import { isHidden } from "./function-settings.ts";

/** Names of settings whose values may stand in the configuration. */
const plainNames = allSettingNames.filter((setting) => !isHidden(setting));

export const plainSettings = z.partialRecord(
  z.enum(plainNames),
  z.union([z.string(), z.number()], "must be text or a number").transform(String),
);
