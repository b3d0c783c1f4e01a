import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";

type Ports = Readonly<Record<"HTTP_PORT" | "OBJECT_STORAGE_PORT", number>>;
type Settings = Readonly<Record<string, string | undefined>>;

/** Returns commands that work as they are printed, each after a line that says what it does. */
export function thingsToTry(ports: Ports, settings: Settings): readonly string[] {
  const secrets = JSON.parse(settings["WEBHOOK_SECRETS"] ?? "{}") as Record<string, string[]>;
  const invoke = (name: string, event: unknown) =>
    `curl -s http://127.0.0.1:${ports.HTTP_PORT}/${name} -d '${JSON.stringify(event)}'`;
  return [
    "# a GitHub delivery, signed; the 20-digit number arrives as it is",
    githubDelivery(ports.HTTP_PORT, secrets["github"]?.[0] ?? ""),
    "# an object event in the form of S3",
    invoke("bucket", { Records: [s3Record] }),
    "# an object event in the form of NAVER Cloud Object Storage",
    invoke("bucket", { container_name: "photos", object_name: "서울/cat.jpg" }),
    "# a heartbeat by hand",
    invoke("heartbeat", {}),
    "# a file into Object Storage, whose event then wakes the bucket function",
    upload(ports.OBJECT_STORAGE_PORT, settings),
    "# an event of any other trigger",
    invoke("event", { ref: "refs/heads/main", repository: { full_name: "octo/demo" } }),
  ];
}

const s3Record = {
  eventSource: "aws:s3",
  awsRegion: "ap-northeast-2",
  eventTime: "2026-11-24T00:00:00.000Z",
  eventName: "ObjectCreated:Put",
  s3: {
    bucket: { name: "photos" },
    object: { key: "a+cat.jpg", size: 1024, sequencer: "0055AED6" },
  },
};

function githubDelivery(httpPort: number, secret: string): string {
  const body = '{"repository":{"full_name":"octo/demo"},"after":12345678901234567890}';
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return [
    `curl -s http://127.0.0.1:${httpPort}/webhook/github`,
    "-H 'content-type: application/json'",
    "-H 'x-github-event: push'",
    "-H 'x-github-delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958'",
    `-H 'x-hub-signature-256: sha256=${signature}'`,
    `-d '${body}'`,
  ].join(" ");
}

function upload(port: number, settings: Settings): string {
  const file = fileURLToPath(new URL("../../README.md", import.meta.url));
  return [
    "curl -sS -w '%{http_code}\\n'",
    `--aws-sigv4 aws:amz:${settings["OBJECT_STORAGE_REGION"]}:s3`,
    `--user ${settings["NCLOUD_ACCESS_KEY"]}:${settings["NCLOUD_SECRET_KEY"]}`,
    // S3 requires this header to be signed, and older versions of curl do not add it themselves.
    "-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD'",
    `-T '${file.replaceAll("'", "'\\''")}'`,
    `http://127.0.0.1:${port}/local-uploads/README.md`,
  ].join(" ");
}
