import type { Recipe, RecipeSource, Text } from "./recipe.ts";

const jsonOnly: Text = {
  en: "Choose `application/json` as the content type. In a form the signature covers only the value of `payload`, and does not fit.",
  ko: "콘텐츠 타입은 `application/json`을 선택하세요. 폼에서는 서명이 `payload` 값에만 걸려 맞지 않습니다.",
};

const webhookSecret: Text = {
  en: "It is the text that you enter as the Secret of the webhook.",
  ko: "웹훅의 Secret에 입력한 값입니다.",
};

/** Gitea and Forgejo descend from Gogs: the three differ in the names of their headers. */
function likeGogs(name: string): RecipeSource {
  return {
    verifier: "hmac",
    header: `x-${name}-signature`,
    id: [`header:x-${name}-delivery`],
    type: [`header:x-${name}-event`],
    key: ["body:/repository/full_name"],
  };
}

/** Repositories of code, images and objects that teams run themselves. */
export const repositories: readonly Recipe[] = [
  {
    name: "bitbucket-data-center",
    title: "Bitbucket Data Center",
    document: {
      url: "https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-hub-signature",
      prefix: "sha256=",
      id: ["header:x-request-id"],
      type: ["header:x-event-key"],
      key: ["body:/pullRequest/toRef/repository/id", "body:/repository/id"],
    },
    secret: {
      en: "It is the secret token of the webhook.",
      ko: "웹훅의 secret token입니다.",
    },
    notes: [
      {
        en: "The preset `bitbucket` is for Bitbucket Cloud, whose ids stand in another header.",
        ko: "프리셋 `bitbucket`은 Bitbucket Cloud용이며, 그쪽 id는 다른 헤더에 있습니다.",
      },
    ],
  },
  {
    name: "forgejo",
    title: "Forgejo",
    document: { url: "https://forgejo.org/docs/latest/user/webhooks/", read: "2026-11-30" },
    source: likeGogs("forgejo"),
    secret: webhookSecret,
    notes: [jsonOnly],
  },
  {
    name: "gitea",
    title: "Gitea",
    document: { url: "https://docs.gitea.com/usage/webhooks", read: "2026-11-30" },
    source: likeGogs("gitea"),
    secret: webhookSecret,
    notes: [jsonOnly],
  },
  {
    name: "gogs",
    title: "Gogs",
    document: { url: "https://gogs.io/docs/features/webhook", read: "2026-11-30" },
    source: likeGogs("gogs"),
    secret: webhookSecret,
    notes: [jsonOnly],
  },
  {
    name: "harbor",
    title: "Harbor",
    document: {
      url: "https://goharbor.io/docs/latest/working-with-projects/project-configuration/configure-webhooks/",
      read: "2026-11-30",
    },
    source: {
      verifier: "token",
      header: "authorization",
      type: ["body:/type"],
      key: ["body:/event_data/repository/repo_full_name", "body:/data/repository/repo_full_name"],
    },
    secret: {
      en: "It is the Auth Header of the webhook policy. Harbor sends it unchanged, so the secret is the whole value.",
      ko: "웹훅 정책의 Auth Header입니다. Harbor가 그대로 보내므로 값 전체가 시크릿입니다.",
    },
  },
  {
    name: "jfrog",
    title: "JFrog Artifactory",
    document: {
      url: "https://registry.terraform.io/providers/jfrog/artifactory/latest/docs/resources/artifact_webhook",
      read: "2026-11-30",
    },
    source: {
      verifier: "token",
      header: "x-jfrog-event-auth",
      type: ["body:/event_type"],
      key: ["body:/data/repo_key"],
    },
    secret: {
      en: "It is the secret token of the webhook.",
      ko: "웹훅의 secret token입니다.",
    },
    notes: [
      {
        en: "Leave *Use secret for payload signing* off. The header then holds the secret itself, as this source expects.",
        ko: "*Use secret for payload signing*은 끄세요. 그래야 이 설정대로 헤더에 시크릿이 그대로 담깁니다.",
      },
    ],
  },
  {
    name: "minio",
    title: "MinIO",
    document: {
      url: "https://github.com/minio/minio/blob/master/internal/event/target/webhook.go",
      read: "2026-11-30",
    },
    source: { verifier: "bearer", type: ["body:/EventName"], key: ["body:/Key"] },
    secret: {
      en: "It is the `auth_token` of the `notify_webhook` target, as one word without `Bearer`.",
      ko: "`notify_webhook` 대상의 `auth_token`이며, `Bearer` 없이 한 단어로 씁니다.",
    },
    secretExample: "<bearer token>",
    notes: [
      {
        en: "Set `queue_dir` too. Without it MinIO does not keep events that it could not deliver.",
        ko: "`queue_dir`도 설정하세요. 없으면 MinIO는 보내지 못한 이벤트를 보관하지 않습니다.",
      },
    ],
  },
];
