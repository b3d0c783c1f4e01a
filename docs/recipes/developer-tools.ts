import type { Recipe } from "./recipe.ts";

/** Code, builds, hosting and errors. */
export const developerTools: readonly Recipe[] = [
  {
    name: "vercel",
    title: "Vercel",
    document: { url: "https://vercel.com/docs/webhooks/webhooks-api", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-vercel-signature",
      algorithm: "sha1",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/payload/deployment/id", "body:/payload/project/id", "body:/payload/team/id"],
    },
    secret: {
      en: "Vercel shows the secret once, when the webhook is created. For an integration it is the client secret of the integration.",
      ko: "웹훅을 만들 때 한 번만 보여 주는 시크릿입니다. 인테그레이션이면 그 인테그레이션의 client secret입니다.",
    },
  },
];
