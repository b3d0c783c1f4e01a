import type { Language } from "../settings.ts";
import { describeProof, describeReplay } from "./describe-proof.ts";
import type { Recipe, Text } from "./recipe.ts";

const words = {
  question: { en: "How do I receive %'s webhooks?", ko: "% 웹훅은 어떻게 받나요?" },
  settings: {
    en: "Put this into your settings file. [Connect a sender](../webhooks.md#connect-a-sender) has every step.",
    ko: "설정 파일에 넣습니다. 모든 단계는 [발신자 연결하기](../webhooks.md#발신자-연결하기)에 있습니다.",
  },
  secret: { en: "Put the secret in place of `%`.", ko: "`%` 자리에 시크릿을 넣습니다." },
  check: { en: "Check the settings.", ko: "설정을 점검합니다." },
  deploy: { en: "Deploy, and enter this URL at %:", ko: "배포한 뒤 %에 이 URL을 등록합니다." },
  checked: { en: "What is checked", ko: "검사하는 것" },
  notes: { en: "Good to know", ko: "알아 둘 것" },
  waits: {
    en: "% waits %, then counts the delivery as failed.",
    ko: "%는 %까지 응답을 기다립니다.",
  },
  timeout: {
    en: "Set `DELIVERY_TIMEOUT_MS` to % or less, so that the reply comes in time.",
    ko: "응답이 늦지 않도록 `DELIVERY_TIMEOUT_MS`를 % 이하로 설정하세요.",
  },
  second: { en: " s", ko: "초" },
  document: {
    en: "It follows [%'s document](%), read %.",
    ko: "[% 문서](%)를 따릅니다(%에 읽음).",
  },
} as const;

/** Writes the page of one provider. */
export function writePage(recipe: Recipe, language: Language): string {
  const { name, title, secret, secretExample = defaultExample, document } = recipe;
  const say = (text: Text, ...values: readonly string[]) => fill(text[language], values);
  const checked = [describeProof(recipe), describeReplay(recipe)];
  const notes = [...waitingTime(recipe), ...(recipe.notes ?? [])];
  const paragraphs = [
    `# ${title}`,
    `${say(words.question, title)} ${linkToTwin(name, language)}`,
    `1. ${say(words.settings)}`,
    indent(block(toSettings(recipe))),
    `2. ${say(words.secret, secretExample)} ${say(secret)}`,
    `3. ${say(words.check)}`,
    indent(block("npm run doctor -- --settings my.env --function webhook")),
    `4. ${say(words.deploy, title)} \`<URL>/${name}\``,
    `## ${say(words.checked)}`,
    toList(checked.map((text) => say(text))),
    ...(notes.length > 0 ? [`## ${say(words.notes)}`, toList(notes.map((text) => say(text)))] : []),
    say(words.document, title, document.url, document.read),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

/** Puts the values in place of the marks `%`, in order. */
function fill(text: string, values: readonly string[]): string {
  return values.reduce((filled, value) => filled.replace("%", value), text);
}

const msPerSecond = 1_000;
/** The part of the provider's waiting time that the network and a cold start may take. */
const reserveMs = 500;
/** Default of DELIVERY_TIMEOUT_MS for webhooks. */
const deliveryTimeoutMs = 9_000;

/** Says how long the provider waits, and which setting that calls for. */
function waitingTime({ title, senderTimeoutMs }: Recipe): readonly Text[] {
  if (senderTimeoutMs === undefined) {
    return [];
  }
  const usableMs = senderTimeoutMs - reserveMs;
  const inLanguage = (language: Language) => {
    const seconds = `${senderTimeoutMs / msPerSecond}${words.second[language]}`;
    const waits = fill(words.waits[language], [title, seconds]);
    const advice = fill(words.timeout[language], [String(usableMs)]);
    return usableMs < deliveryTimeoutMs ? `${waits} ${advice}` : waits;
  };
  return [{ en: inLanguage("en"), ko: inLanguage("ko") }];
}

export const defaultExample = "<signing secret>";

/** The settings to paste, quoted for a settings file. */
function toSettings({ name, source, secretExample = defaultExample, moreSecrets = {} }: Recipe) {
  const sources = onOneLine(JSON.stringify({ [name]: source }, undefined, 2));
  const secrets = Object.entries({ [name]: secretExample, ...moreSecrets }).map(
    ([owner, secret]) => `${JSON.stringify(owner)}: [${JSON.stringify(secret)}]`,
  );
  return `WEBHOOK_SOURCES='${sources}'\nWEBHOOK_SECRETS='{ ${secrets.join(", ")} }'`;
}

const listCharsMax = 90;

/** Writes short lists on one line, as a person does. */
function onOneLine(json: string): string {
  return json.replaceAll(/\[\n\s+([^\]]*?)\n\s+\]/g, (list, items: string) => {
    const line = `[${items.replaceAll(/,\n\s+/g, ", ")}]`;
    return line.length > listCharsMax ? list : line;
  });
}

function block(code: string): string {
  return `\`\`\`sh\n${code}\n\`\`\``;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "   ");
}

function toList(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function linkToTwin(name: string, language: Language): string {
  return language === "en"
    ? `[한국어](../ko/webhooks/${name}.md)`
    : `[English](../../webhooks/${name}.md)`;
}
