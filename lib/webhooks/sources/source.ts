import { parsePointer } from "../../encoding/json-source.ts";
import { isText } from "../../encoding/unknown-object.ts";
import type { ReplyForm } from "../../model/result.ts";
import { type ParseResult, type Problem, problemsOf, type Settings } from "../../model/settings.ts";
import { parseFields } from "../../settings/fields.ts";
import { didYouMean } from "../../settings/settings.ts";
import { type Challenge, type ChallengeName, challenges } from "../challenges/challenges.ts";
import type { ContentOptions } from "../mapping/content.ts";
import { parseSelectors, type Selector } from "../mapping/selectors.ts";
import type { ReplayWindow } from "../verify/replay-window.ts";
import type { Verifier } from "../verify/verifier.ts";
import { checkChallenge } from "./challenge-options.ts";
import type { Preset, Scheme } from "./scheme.ts";
import { schemes } from "./schemes.ts";
import {
  checkRenamed,
  commonOptions,
  findUnknown,
  findUnusable,
  toleranceSecondsDefault,
  warningsAboutNames,
  windowOptions,
} from "./source-options.ts";
import {
  checkSecrets,
  findFaults,
  readLists,
  type SecretSettings,
  secretsIn,
  warningsAboutCopies,
} from "./source-secrets.ts";

/** Options that say where a part of the message is read from. */
export type SelectorOption = "id" | "type" | "key" | "subject";

/** One sender of webhooks: its verification, and the topic and mapping of its deliveries. */
export type Source = ContentOptions & {
  readonly name: string;
  readonly verifier: Verifier;
  /** Several secrets are valid at once, so that one can be rotated without a gap. */
  readonly secrets: readonly string[];
  /** Problems because of which no delivery is accepted. Other sources go on. */
  readonly faults: readonly Problem[];
  /** Advice about options that work. */
  readonly warnings: readonly string[];
  readonly window: ReplayWindow;
  /** POST, GET or both. */
  readonly methods: readonly string[];
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly id: readonly Selector[];
  readonly type: readonly Selector[];
  readonly typePrefix: string;
  readonly key: readonly Selector[];
  readonly subject: readonly Selector[];
  /** The selectors that the source itself sets. The others are the provider's. */
  readonly ownOptions: readonly SelectorOption[];
  /** True if a provider's preset knows how its events are named. */
  readonly isProvider: boolean;
  /** Pointer to an array whose elements become one message each. */
  readonly split: readonly string[] | undefined;
  /** Accepted event types; absent: all. */
  readonly filter: readonly string[] | undefined;
  readonly bodyBytesMax: number;
  /** Time that the sender waits for a response, in milliseconds. */
  readonly senderTimeoutMs: number | undefined;
  readonly reply: ReplyForm;
  readonly challenge: Challenge;
  /** Secrets of the challenge only. They never prove an event. */
  readonly verifyTokens: readonly string[];
  /** Headers whose values go into the log. */
  readonly notedHeaders: readonly string[];
};

/** Settings of all sources. Wrong secrets are absent, and then none counts as missing. */
export type SharedSettings = {
  readonly WEBHOOK_SECRETS: SecretSettings | undefined;
  readonly WEBHOOK_BODY_BYTES_MAX: number;
};

type SourceInput = {
  readonly name: string;
  /** Place of the options, for messages. */
  readonly within: string;
  readonly options: Settings;
};

export function parseSource(
  name: string,
  options: Settings,
  shared: SharedSettings,
): ParseResult<Source> {
  const within = `WEBHOOK_SOURCES ${name}.`;
  const word = options["verifier"];
  const scheme = isText(word) ? schemes.get(word)?.() : undefined;
  return scheme === undefined
    ? refuseVerifier({ name, within, options })
    : parseWithScheme({ name, within, options }, scheme, shared);
}

function refuseVerifier({ within, options }: SourceInput): ParseResult<Source> {
  const word = options["verifier"];
  const known = [...schemes.keys()];
  const text = `must be written out: one of ${known.join(", ")}${didYouMean(word, known)}`;
  const others = problemsOf([parseFields(options, commonOptions, within)]);
  return { ok: false, problems: [{ setting: `${within}verifier`, text }, ...others] };
}

function parseWithScheme(
  { name, within, options }: SourceInput,
  scheme: Scheme,
  shared: SharedSettings,
): ParseResult<Source> {
  const { preset } = scheme;
  const verifier = scheme.create(options, within);
  const common = parseFields(options, commonOptions, within);
  const window = parseFields(options, windowOptions, within);
  const lists = readLists(name, shared.WEBHOOK_SECRETS);
  const faults = verifier.ok ? findFaults(name, verifier.value, lists) : [];
  const split = common.ok ? (common.value.split ?? preset.split) : "";
  const problems = [
    problemsOf([verifier, common, window]),
    findUnknown(options, optionsOf(scheme, verifier), within),
    checkRenamed(options, within),
    findUnusable(options, split !== undefined, within),
    verifier.ok ? checkSecrets(name, verifier.value, lists.secrets) : [],
    verifier.ok && common.ok
      ? checkChallenge(challengeOf(common.value, preset), {
          ...{ name, within, covers: verifier.value.covers, ...lists },
        })
      : [],
  ].flat();
  if (!verifier.ok || !common.ok || !window.ok || problems.length > 0) {
    return { ok: false, problems: problems.concat(faults) };
  }
  const { topic, partition, value, filter, bodyBytesMax, methods } = common.value;
  return {
    ok: true,
    value: {
      ...{ name, topic, partition, value, filter, methods },
      ...selectorsOf(common.value, preset),
      ...presetOptionsOf(common.value, preset),
      verifier: verifier.value,
      ...secretsIn(lists),
      faults,
      warnings: [
        warningsAboutNames(options, within),
        warningsAboutCopies(name, lists.given),
      ].flat(),
      window: windowOf(window.value, preset),
      split: split === undefined ? undefined : parsePointer(split),
      bodyBytesMax: bodyBytesMax ?? shared.WEBHOOK_BODY_BYTES_MAX,
    },
  };
}

type PresetOptions = {
  readonly bodyType: ContentOptions["bodyType"] | undefined;
  readonly challenge: ChallengeName | undefined;
  readonly replyStatus: number | undefined;
  readonly replyBody: ReplyForm["body"];
};

/** Returns the properties of the provider, some of which the source's options may change. */
function presetOptionsOf(options: PresetOptions, preset: Preset) {
  const { senderTimeoutMs, notedHeaders = [] } = preset;
  const bodyType = options.bodyType ?? preset.bodyType ?? "auto";
  const status = options.replyStatus ?? preset.replyStatus ?? 200;
  const reply: ReplyForm = { status, body: options.replyBody };
  const challenge: Challenge = challenges[challengeOf(options, preset)];
  return { senderTimeoutMs, notedHeaders, bodyType, reply, challenge };
}

function challengeOf(options: Pick<PresetOptions, "challenge">, preset: Preset): ChallengeName {
  return options.challenge ?? preset.challenge ?? "none";
}

type Window = Partial<Readonly<Record<keyof typeof windowOptions, number | undefined>>>;

function windowOf(given: Window, preset: Preset): ReplayWindow {
  const past = given.toleranceSeconds ?? given.pastSecondsMax ?? preset.toleranceSeconds;
  const future = given.futureToleranceSeconds ?? given.futureSecondsMax;
  return {
    toleranceSeconds: past ?? toleranceSecondsDefault,
    futureToleranceSeconds: future ?? toleranceSecondsDefault,
  };
}

type SelectorTexts = Partial<Record<SelectorOption, readonly string[] | undefined>>;

const selectorOptions = ["id", "type", "key", "subject"] as const;

/** Returns the selectors of the source's options, or else of the provider's preset. */
function selectorsOf(options: SelectorTexts, preset: Preset) {
  const pick = (option: SelectorOption) => parseSelectors(options[option] ?? preset[option]) ?? [];
  return {
    id: pick("id"),
    type: pick("type"),
    key: pick("key"),
    subject: pick("subject"),
    typePrefix: options.type === undefined ? (preset.typePrefix ?? "") : "",
    ownOptions: selectorOptions.filter((option) => options[option] !== undefined),
    isProvider: Object.keys(preset).length > 0,
  };
}

/** Lists all options of a source. Only a scheme that signs the time has a replay window. */
function optionsOf(scheme: Scheme, verifier: ParseResult<Verifier>): readonly string[] {
  const isUntimed = verifier.ok && verifier.value.signsTime !== true;
  const timed = isUntimed ? [] : Object.keys(windowOptions);
  return ["verifier", Object.keys(commonOptions), scheme.options, timed].flat();
}
