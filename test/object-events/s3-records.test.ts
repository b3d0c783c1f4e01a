import { describe, expect, test } from "vitest";
import { readNotification } from "../../lib/object-events/notification.ts";
import { objectEvent, withFacts } from "../support/fixtures.ts";

function read(parameters: Readonly<Record<string, unknown>>) {
  const notification = readNotification(parameters, []);
  return notification.kind === "objects"
    ? { ...notification, objects: notification.objects.map(withFacts) }
    : { kind: notification.kind, objects: [], unknown: [], notes: [] };
}

describe("Records of Amazon S3", () => {
  test("are read in order, with their names decoded", () => {
    const { objects } = read(objectEvent("s3-records"));

    expect(objects).toMatchObject([
      {
        bucket: "photos",
        name: "a b+c 한.txt",
        type: "com.amazonaws.s3.ObjectCreated:Put",
        source: "aws:s3.ap-northeast-2.photos",
        time: "2023-11-14T22:13:19.500Z",
      },
      { name: "100%25+%ZZ.txt", type: "com.amazonaws.s3.ObjectRemoved:Delete" },
    ]);
  });

  test("are passed on as they came", () => {
    const event = objectEvent("s3-records");

    const { objects } = read(event);

    expect(objects.map(({ data }) => data)).toEqual(event["Records"]);
  });

  test("are told apart by version, ETag, sequencer, request and time, and leave no notes", () => {
    const { objects, notes } = read(objectEvent("s3-records"));

    expect(objects.map(({ marks }) => marks)).toEqual([
      [
        "versionId=096fKKXTRTtl3on89fVO.nfljtsv6qko",
        "eTag=d41d8cd98f00b204e9800998ecf8427e",
        "sequencer=0055AED6DCD90281E5",
        "x-amz-request-id=C3D13FE58DE4C810",
        "eventTime=2023-11-14T22:13:19.500Z",
      ],
      [
        "sequencer=0055AED6DCD90281E6",
        "x-amz-request-id=D4E24FE58DE4C811",
        "eventTime=2023-11-14T22:13:19.900Z",
      ],
    ]);
    expect(notes).toEqual([]);
  });

  test("may hold names and nothing else", () => {
    const { objects } = read({
      Records: [{ s3: { bucket: { name: "b" }, object: { key: "k" } } }],
    });

    expect(objects).toMatchObject([
      { type: "s3.Event", source: "s3.b", time: undefined, marks: [] },
    ]);
  });

  test("of another vendor have its own prefix", () => {
    const { objects } = read(objectEvent("minio-records"));

    expect(objects).toMatchObject([
      {
        bucket: "images",
        name: "a b.png",
        type: "com.minio.s3.ObjectCreated:Put",
        source: "minio:s3.images",
      },
    ]);
  });

  test.for([
    ["AWS:s3", "com.amazonaws.s3.ObjectCreated:Put"],
    ["ceph:s3", "com.ceph.s3.ObjectCreated:Put"],
    ["oss", "s3.ObjectCreated:Put"],
    ["aws:s3.evil", "s3.ObjectCreated:Put"],
    ["evil.aws:s3", "s3.ObjectCreated:Put"],
    [undefined, "s3.ObjectCreated:Put"],
  ] as const)("of the source %s are of the type %s", ([eventSource, type]) => {
    const s3 = { bucket: { name: "b" }, object: { key: "k" } };

    const { objects } = read({ Records: [{ eventSource, eventName: "ObjectCreated:Put", s3 }] });

    expect(objects).toMatchObject([{ type }]);
  });

  test.for([
    ["nothing", {}],
    ["null", null],
    ["a list", []],
    ["no bucket", { s3: { object: { key: "k" } } }],
    ["no object", { s3: { bucket: { name: "b" } } }],
    ["an empty key", { s3: { bucket: { name: "b" }, object: { key: "" } } }],
    ["an SQS message", { messageId: "1", eventSource: "aws:sqs", body: "{}" }],
  ] as const)("with an entry of %s refuse that entry alone", ([, entry]) => {
    const good = { s3: { bucket: { name: "b" }, object: { key: "k" } } };

    const { objects, unknown } = read({ Records: [entry, good] });

    expect(objects).toMatchObject([{ name: "k" }]);
    expect(unknown).toMatchObject([{ source: "bucket", refusal: { code: "UNKNOWN_EVENT" } }]);
    expect(unknown[0]?.body()).toBe(JSON.stringify(entry));
  });
});
