import { describeSource } from "./console/describe-source.ts";
import { readSources } from "./console/sources.ts";

type Ports = Readonly<Record<"STANDIN_PORT" | "HTTP_PORT" | "OBJECT_STORAGE_PORT", number>>;
type Settings = Readonly<Record<string, string | undefined>>;

type Given = {
  readonly ports: Ports;
  readonly settings: Settings;
  /** The functions that run. */
  readonly names: readonly string[];
  /** Any file, for the example of an upload. */
  readonly sampleFile: string;
};

/** The examples of local/settings.env. Everything else may be a real secret, so it is never printed. */
const sample = {
  githubSecret: "local-github-secret",
  githubSignature: "0dbd6fb7be41e43a7478dd76c109e7f401bc83d5d71277376aec187a1eb3be5b",
  secretKey: "local-secret-key-not-for-production",
};

/** Returns commands that work as they are printed, each after a line that says what it does. */
export function thingsToTry(given: Given): readonly string[] {
  const { ports, settings, names } = given;
  const invoke = (name: string, event: unknown) =>
    `curl -s http://127.0.0.1:${ports.HTTP_PORT}/${name} -d '${JSON.stringify(event)}'`;
  const ifThere = (name: string, lines: readonly string[]) => (names.includes(name) ? lines : []);
  return [
    ...ifThere("webhook", delivery(ports, settings)),
    ...ifThere("bucket", [
      "# an object event in the form of S3",
      invoke("bucket", { Records: [s3Record] }),
      "# an object event in the form of NAVER Cloud Object Storage",
      invoke("bucket", { container_name: "photos", object_name: "서울/cat.jpg" }),
    ]),
    ...ifThere("heartbeat", ["# a heartbeat by hand", invoke("heartbeat", {})]),
    ...ifThere("bucket", [
      "# a file into Object Storage, whose event then wakes the bucket function",
      upload(given),
    ]),
    ...ifThere("event", [
      "# an event of any other trigger",
      invoke("event", { ref: "refs/heads/main", repository: { full_name: "octo/demo" } }),
    ]),
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

function delivery(ports: Ports, settings: Settings): readonly string[] {
  const sources = readSources(settings);
  const isSample = ({ name, verifier, secret }: (typeof sources)[number]) =>
    name === "github" && verifier === "github" && secret === sample.githubSecret;
  if (sources.some(isSample)) {
    const says = "# a GitHub delivery, signed; the 20-digit number arrives as it is";
    return [says, githubDelivery(ports.HTTP_PORT)];
  }
  const signable = sources.find((source) => describeSource(source).canSign);
  return signable === undefined
    ? []
    : [
        `# a delivery of ${signable.name}, which the emulator signs as ${signable.verifier}`,
        send(ports.STANDIN_PORT, "webhook", { source: signable.name }),
      ];
}

function githubDelivery(httpPort: number): string {
  return [
    `curl -s http://127.0.0.1:${httpPort}/webhook/github`,
    "-H 'content-type: application/json'",
    "-H 'x-github-event: push'",
    "-H 'x-github-delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958'",
    `-H 'x-hub-signature-256: sha256=${sample.githubSignature}'`,
    `-d '{"repository":{"full_name":"octo/demo"},"after":12345678901234567890}'`,
  ].join(" ");
}

function send(port: number, form: string, value: unknown): string {
  return `curl -s http://127.0.0.1:${port}/_/functions/${form} -d '${JSON.stringify(value)}'`;
}

function upload({ ports, settings, sampleFile }: Given): string {
  if (settings["NCLOUD_SECRET_KEY"] !== sample.secretKey) {
    return send(ports.STANDIN_PORT, "upload", { name: "hello.txt", text: "hello" });
  }
  return [
    "curl -sS -w '%{http_code}\\n'",
    `--aws-sigv4 aws:amz:${settings["OBJECT_STORAGE_REGION"]}:s3`,
    `--user ${settings["NCLOUD_ACCESS_KEY"]}:${sample.secretKey}`,
    // S3 requires this header to be signed, and older versions of curl do not add it themselves.
    "-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD'",
    `-T '${sampleFile.replaceAll("'", "'\\''")}'`,
    `http://127.0.0.1:${ports.OBJECT_STORAGE_PORT}/local-uploads/README.md`,
  ].join(" ");
}
