import type { settingNames } from "../lib/settings/settings.ts";

/** One text in the languages of the documents. */
type Text = { readonly en: string; readonly ko: string };

export type Language = keyof Text;

type DocumentedSetting = {
  readonly name: (typeof settingNames)[number];
  /** The value that a parser gives without the setting, or words where it gives none. */
  readonly fallback: string | number | Text;
  readonly meaning: Text;
};

type SettingGroup = { readonly title: Text; readonly settings: readonly DocumentedSetting[] };

const required: Text = { en: "required", ko: "필수" };
const none: Text = { en: "none", ko: "없음" };
const defaultTopic: Text = { en: "`DATASTREAM_TOPIC`", ko: "`DATASTREAM_TOPIC`" };
const byKey: Text = { en: "chosen from the key", ko: "키로 선택" };

/** Every setting, in the order of the page. `npm run docs` writes docs/settings.md and docs/ko/settings.md from it. */
export const settingGroups: readonly SettingGroup[] = [
  {
    title: { en: "Stream", ko: "스트림" },
    settings: [
      {
        name: "NCLOUD_ACCESS_KEY",
        fallback: required,
        meaning: {
          en: "access key of a **Sub Account**. [The API refuses a main account's](https://api.ncloud-docs.com/docs/en/datastream-postproduce)",
          ko: "**서브 계정**의 액세스 키. [메인 계정의 키는 API가 거절합니다](https://api.ncloud-docs.com/docs/datastream-postproduce)",
        },
      },
      {
        name: "NCLOUD_SECRET_KEY",
        fallback: required,
        meaning: { en: "its secret key", ko: "그 액세스 키의 시크릿 키" },
      },
      {
        name: "DATASTREAM_TOPIC",
        fallback: {
          en: "required, unless each source names its own",
          ko: "필수(소스마다 토픽이 있으면 생략 가능)",
        },
        meaning: {
          en: "the full name of the topic, with the account's prefix",
          ko: "계정 접두사까지 포함한 토픽의 전체 이름",
        },
      },
      {
        name: "DATASTREAM_PARTITIONS",
        fallback: none,
        meaning: {
          en: 'partition count from 1 to 1024, or `{"topic": count}`. Without it partitions are random and keys have no order',
          ko: '파티션 수(1~1024), 또는 `{"topic": count}`. 없으면 파티션이 무작위라 키별 순서가 없습니다',
        },
      },
      {
        name: "DATASTREAM_ENDPOINT",
        fallback: "https://api.datastream.naverncp.com",
        meaning: {
          en: "origin of the produce API. `http` is for loopback only",
          ko: "produce API의 origin. `http`는 루프백에만 쓸 수 있습니다",
        },
      },
      {
        name: "DATASTREAM_CONCURRENCY",
        fallback: 16,
        meaning: {
          en: "records in flight at once, each with another key; 1 to 256",
          ko: "동시에 보내는 레코드 수. 서로 다른 키끼리만 동시에 보냅니다. 1~256",
        },
      },
      {
        name: "DATASTREAM_ATTEMPTS_MAX",
        fallback: 5,
        meaning: { en: "attempts for each record; 1 to 20", ko: "레코드당 시도 횟수. 1~20" },
      },
      {
        name: "DELIVERY_TIMEOUT_MS",
        fallback: {
          en: "9000 for `webhook`, 45000 for the others",
          ko: "`webhook`은 9000, 나머지는 45000",
        },
        meaning: {
          en: "deadline of a call, from 500 to 900000. The platform's deadline counts if it is sooner",
          ko: "호출의 마감 시간, 500~900000. 플랫폼의 마감이 더 이르면 그것을 따릅니다",
        },
      },
      {
        name: "ATTEMPT_TIMEOUT_MS",
        fallback: 3_000,
        meaning: { en: "time for one attempt; 100 to 60000", ko: "시도 한 번의 시간. 100~60000" },
      },
      {
        name: "DATASTREAM_MESSAGE_BYTES_MAX",
        fallback: 1_000_000,
        meaning: {
          en: "bytes of key and value. A message above it is not sent: see [claim check](messages.md#claim-check)",
          ko: "키와 값의 바이트 수. 넘으면 보내지 않습니다. [클레임 체크](messages.md#클레임-체크) 참고",
        },
      },
      {
        name: "DATASTREAM_ACKNOWLEDGEMENT",
        fallback: "documented",
        meaning: {
          en: "what counts as an acknowledgement, `documented` or `any-2xx`: see [delivery](delivery.md#acknowledgement)",
          ko: "확인 응답(ack)으로 보는 것, `documented` 또는 `any-2xx`. [전달](delivery.md#확인-응답) 참고",
        },
      },
      {
        name: "SQS_PARTIAL_BATCH",
        fallback: "false",
        meaning: {
          en: "`true`: an event of Amazon SQS is answered with [the messages that failed](deploy-lambda.md#queues). Only together with `ReportBatchItemFailures`",
          ko: "`true`: Amazon SQS 이벤트에 [실패한 메시지](deploy-lambda.md#큐)만 알려 응답합니다. `ReportBatchItemFailures`와 함께만 쓰세요",
        },
      },
      {
        name: "LOG_LEVEL",
        fallback: "info",
        meaning: {
          en: "`debug`, `info`, `warn` or `error`",
          ko: "`debug`, `info`, `warn`, `error`",
        },
      },
    ],
  },
  {
    title: { en: "Buckets", ko: "버킷" },
    settings: [
      {
        name: "DEAD_LETTER_BUCKET",
        fallback: none,
        meaning: {
          en: "where [dead letters](delivery.md#dead-letters) are kept, and what is set aside. Give it a bucket of its own",
          ko: "[데드 레터](delivery.md#데드-레터)와 따로 보관하는 것을 두는 곳. 전용 버킷을 쓰세요",
        },
      },
      {
        name: "CLAIM_CHECK_BUCKET",
        fallback: none,
        meaning: {
          en: "where the data of a message over the limit goes: see [claim check](messages.md#claim-check)",
          ko: "한도를 넘는 메시지의 데이터가 가는 곳. [클레임 체크](messages.md#클레임-체크) 참고",
        },
      },
      {
        name: "OBJECT_STORAGE_ENDPOINT",
        fallback: "https://kr.object.ncloudstorage.com",
        meaning: {
          en: "origin of the storage of both buckets. The same key pair signs",
          ko: "두 버킷이 있는 스토리지의 origin. 같은 키 쌍으로 서명합니다",
        },
      },
      {
        name: "OBJECT_STORAGE_REGION",
        fallback: "kr-standard",
        meaning: { en: "its region, as it is signed", ko: "서명에 쓰는 리전" },
      },
    ],
  },
  {
    title: { en: "Function `webhook`", ko: "함수 `webhook`" },
    settings: [
      {
        name: "WEBHOOK_SOURCES",
        fallback: required,
        meaning: {
          en: '`{"name": {options}}`: see [options](webhooks.md#options)',
          ko: '`{"name": {options}}`. [옵션](webhooks.md#옵션) 참고',
        },
      },
      {
        name: "WEBHOOK_SECRETS",
        fallback: none,
        meaning: {
          en: '`{"name": ["secret", …]}`. Several are live at once, so that one can be [rotated](operating.md#rotate-a-secret-without-a-gap). `"name.verifyToken"` is for a [challenge](webhooks.md#challenges)',
          ko: '`{"name": ["secret", …]}`. 여러 개가 동시에 유효하므로 [교체](operating.md#시크릿을-끊김-없이-교체하기)할 수 있습니다. `"name.verifyToken"`은 [챌린지](webhooks.md#챌린지)용입니다',
        },
      },
      {
        name: "WEBHOOK_BODY_BYTES_MAX",
        fallback: 700_000,
        meaning: {
          en: "limit of a body; above it 413. Base64 makes 933,000 bytes of 700,000, and a call's parameters are [limited to 1 MB](naver-cloud-unknowns.md)",
          ko: "본문의 한도. 넘으면 413. 700,000바이트는 Base64로 933,000바이트가 되고, 호출의 파라미터는 [1 MB로 제한됩니다](../naver-cloud-unknowns.md)",
        },
      },
      {
        name: "WEBHOOK_BODY_ENCODING",
        fallback: "auto",
        meaning: {
          en: "`base64` or `text`, if you know in which form OpenWhisk hands over the body",
          ko: "OpenWhisk가 본문을 어떤 형태로 넘기는지 안다면 `base64` 또는 `text`",
        },
      },
    ],
  },
  {
    title: { en: "Function `bucket`", ko: "함수 `bucket`" },
    settings: [
      {
        name: "BUCKET_TOPIC",
        fallback: defaultTopic,
        meaning: { en: "the topic of its messages", ko: "메시지의 토픽" },
      },
      {
        name: "BUCKET_PARTITION",
        fallback: byKey,
        meaning: { en: "a fixed partition", ko: "고정 파티션" },
      },
      {
        name: "BUCKET_KEY",
        fallback: "object",
        meaning: {
          en: "message key: `object` is bucket and object name, `bucket` the bucket alone",
          ko: "메시지 키. `object`는 버킷과 오브젝트 이름, `bucket`은 버킷 이름만",
        },
      },
      {
        name: "BUCKET_VALUE",
        fallback: "cloudevent",
        meaning: {
          en: "`raw`: the event alone as JSON, without an envelope",
          ko: "`raw`: 봉투 없이 이벤트만 JSON으로",
        },
      },
      {
        name: "BUCKET_EVENT_FIELDS",
        fallback: "[]",
        meaning: {
          en: "more [fields of NAVER Cloud's event](messages.md#bucket) to pass on",
          ko: "[네이버 클라우드 이벤트](messages.md#bucket)에서 더 넘길 필드",
        },
      },
      {
        name: "BUCKET_NAME_FIELD",
        fallback: none,
        meaning: {
          en: "the field that names the bucket, if it is none of the known ones. It is read first and passed on",
          ko: "버킷 이름이 아는 필드에 없을 때 그 필드. 먼저 읽고 함께 넘깁니다",
        },
      },
      {
        name: "BUCKET_EVENT_FIELD",
        fallback: none,
        meaning: { en: "the same for the kind of event", ko: "이벤트 종류의 필드. 위와 같습니다" },
      },
      {
        name: "BUCKET_TIME_FIELD",
        fallback: none,
        meaning: { en: "the same for the time", ko: "시각의 필드. 위와 같습니다" },
      },
    ],
  },
  {
    title: { en: "Function `heartbeat`", ko: "함수 `heartbeat`" },
    settings: [
      {
        name: "HEARTBEAT_NAME",
        fallback: "heartbeat",
        meaning: { en: "its name and message key", ko: "이름이자 메시지 키" },
      },
      {
        name: "HEARTBEAT_CRON",
        fallback: none,
        meaning: {
          en: "five fields, the same as the trigger's. Avoid lists of months: [NAVER Cloud's pages disagree](naver-cloud-unknowns.md) on their numbers",
          ko: "트리거와 똑같은 다섯 필드. 월 목록은 피하세요. 월 번호는 [네이버 클라우드 문서끼리 다릅니다](../naver-cloud-unknowns.md)",
        },
      },
      {
        name: "HEARTBEAT_TIMEZONE",
        fallback: "Asia/Seoul",
        meaning: { en: "the zone of that schedule", ko: "그 일정의 시간대" },
      },
      {
        name: "HEARTBEAT_TOPIC",
        fallback: defaultTopic,
        meaning: { en: "the topic of its messages", ko: "메시지의 토픽" },
      },
      {
        name: "HEARTBEAT_PARTITION",
        fallback: byKey,
        meaning: { en: "a fixed partition", ko: "고정 파티션" },
      },
    ],
  },
  {
    title: { en: "Function `event`", ko: "함수 `event`" },
    settings: [
      {
        name: "EVENT_TOPIC",
        fallback: defaultTopic,
        meaning: { en: "the topic of its messages", ko: "메시지의 토픽" },
      },
      {
        name: "EVENT_PARTITION",
        fallback: byKey,
        meaning: { en: "a fixed partition", ko: "고정 파티션" },
      },
      {
        name: "EVENT_KEY",
        fallback: {
          en: "the message group of a FIFO queue, else the id",
          ko: "FIFO 큐의 메시지 그룹, 없으면 id",
        },
        meaning: {
          en: 'message key. A list of [selectors](messages.md#event), such as `["body:/repository/id"]`; the first that finds a value counts',
          ko: '메시지 키. [셀렉터](messages.md#event)의 목록이며 `["body:/repository/id"]`처럼 씁니다. 값을 찾은 첫 셀렉터를 씁니다',
        },
      },
      {
        name: "EVENT_ID",
        fallback: { en: "the platform's, else a hash", ko: "플랫폼의 id, 없으면 해시" },
        meaning: {
          en: "id of the message: selectors. `call` is a new id in each call",
          ko: "메시지의 id. 셀렉터의 목록. `call`은 호출마다 새 id",
        },
      },
      {
        name: "EVENT_TYPE",
        fallback: {
          en: "[by the platform](messages.md#event)",
          ko: "[플랫폼에 따라](messages.md#event)",
        },
        meaning: { en: "type of the message: selectors", ko: "메시지의 type. 셀렉터의 목록" },
      },
      {
        name: "EVENT_SUBJECT",
        fallback: none,
        meaning: { en: "subject of the message: selectors", ko: "메시지의 subject. 셀렉터의 목록" },
      },
      {
        name: "EVENT_SOURCE",
        fallback: {
          en: "[by the platform](messages.md#event)",
          ko: "[플랫폼에 따라](messages.md#event)",
        },
        meaning: { en: "source of the message: selectors", ko: "메시지의 source. 셀렉터의 목록" },
      },
      {
        name: "EVENT_FILTER",
        fallback: { en: "none: all events", ko: "없음: 모든 이벤트" },
        meaning: {
          en: 'list of types to pass on, such as `["com.amazonaws.*"]`. The `detail-type` of EventBridge counts too',
          ko: '넘길 type의 목록. `["com.amazonaws.*"]`처럼 씁니다. EventBridge의 `detail-type`도 됩니다',
        },
      },
      {
        name: "EVENT_FIELDS",
        fallback: "[]",
        meaning: {
          en: "fields to pass on although they are called like a secret. Never a setting",
          ko: "시크릿 같은 이름이지만 넘길 필드. 설정은 절대 넘기지 않습니다",
        },
      },
      {
        name: "EVENT_DROP",
        fallback: "[]",
        meaning: {
          en: "fields to leave out, such as [parameters of your own](messages.md#event)",
          ko: "뺄 필드. 예를 들면 [직접 바인딩한 파라미터](messages.md#event)",
        },
      },
      {
        name: "EVENT_VALUE",
        fallback: "cloudevent",
        meaning: {
          en: "`raw`: the data alone, without an envelope",
          ko: "`raw`: 봉투 없이 데이터만",
        },
      },
    ],
  },
  {
    title: { en: "Function `redrive`", ko: "함수 `redrive`" },
    settings: [
      {
        name: "REDRIVE_TOPICS",
        fallback: { en: "`[DATASTREAM_TOPIC]`", ko: "`[DATASTREAM_TOPIC]`" },
        meaning: {
          en: "list of topics that dead letters may go to",
          ko: "데드 레터를 보내도 되는 토픽의 목록",
        },
      },
      {
        name: "REDRIVE_CONCURRENCY",
        fallback: 32,
        meaning: {
          en: "objects that are read at once; 1 to 256",
          ko: "동시에 읽는 오브젝트 수. 1~256",
        },
      },
    ],
  },
];

const columns: Readonly<Record<Language, readonly string[]>> = {
  en: ["setting", "default", "meaning"],
  ko: ["설정", "기본값", "뜻"],
};

const marks = { begin: "<!-- from docs/settings.ts -->", end: "<!-- end -->" } as const;

/** Puts the tables into a page, between its two marks. */
export function writeSettings(page: string, language: Language): string {
  const [before, after] = [page.indexOf(marks.begin), page.indexOf(marks.end)];
  if (before < 0 || after < before) {
    throw new Error(`the page has no ${marks.begin} with ${marks.end} after it`);
  }
  const tables = settingGroups.map((group) => toTable(group, language));
  const start = page.slice(0, before + marks.begin.length);
  return [start, ...tables, page.slice(after)].join("\n\n");
}

function toTable({ title, settings }: SettingGroup, language: Language): string {
  const rows = settings.map(({ name, fallback, meaning }) => [
    `<a id="${name}"></a>\`${name}\``,
    typeof fallback === "object" ? fallback[language] : `\`${fallback}\``,
    meaning[language],
  ]);
  const lines = [columns[language], ["---", "---", "---"], ...rows];
  return [`## ${title[language]}`, "", ...lines.map((cells) => `| ${cells.join(" | ")} |`)].join(
    "\n",
  );
}
