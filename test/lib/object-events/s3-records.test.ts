import { describe, expect, test } from "vitest";
import { readNotification } from "../../../lib/object-events/notification.ts";
import { noFields, objectEvent, withFacts } from "../../support/fixtures.ts";

function read(parameters: Readonly<Record<string, unknown>>) {
  const notification = readNotification(parameters, noFields);
  return notification.kind === "objects"
    ? { ...notification, objects: notification.objects.map(withFacts) }
    : { kind: notification.kind, objects: [], unknown: [], tests: 0, notes: [] };
}

describe("Records of Amazon S3", () => {
  test("the records are read in order, with their names decoded", () => {
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

  test("the records are passed on unchanged", () => {
    const event = objectEvent("s3-records");

    const { objects } = read(event);

    expect(objects.map(({ data }) => data)).toEqual(event["Records"]);
  });

  test("the version, ETag, sequencer, request and time are identity parts, and there are no notes", () => {
    const { objects, notes } = read(objectEvent("s3-records"));

    expect(objects.map(({ identityParts }) => identityParts)).toEqual([
      [
        "versionId=096fKKXTRTtl3on89fVO.nfljtsv6qko",
        "sequencer=0055AED6DCD90281E5",
        "x-amz-request-id=C3D13FE58DE4C810",
        "eventTime=2023-11-14T22:13:19.500Z",
        "eTag=d41d8cd98f00b204e9800998ecf8427e",
      ],
      [
        "sequencer=0055AED6DCD90281E6",
        "x-amz-request-id=D4E24FE58DE4C811",
        "eventTime=2023-11-14T22:13:19.900Z",
      ],
    ]);
    expect(notes).toEqual([]);
  });

  test("the records may have names and nothing else", () => {
    const { objects } = read({
      Records: [{ s3: { bucket: { name: "b" }, object: { key: "k" } } }],
    });

    expect(objects).toMatchObject([
      { type: "s3.Event", source: "s3.b", time: undefined, identityParts: [] },
    ]);
  });

  test("records of another vendor have a prefix of their own", () => {
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

  // The form of "Bucket Notifications" in Ceph's documents, with the `etag` and the blank in the time that
  // its releases up to Pacific wrote: https://docs.ceph.com/en/latest/radosgw/notifications/
  test("names in records of Ceph are not decoded", () => {
    const { objects } = read(objectEvent("ceph-records"));

    expect(objects).toMatchObject([
      {
        bucket: "test-notifications",
        name: "dir/2024-01-01T00:00:00+09:00 100%25.json",
        type: "com.ceph.s3.ObjectCreated:Put",
        time: "2021-04-29T03:44:09.933Z",
        identityParts: [
          "sequencer=892B8A60D2CAEF37",
          "x-amz-request-id=cffa8590-7621-4f07-99b4-5f5f5a30baab.4451.127",
          "eventTime=2021-04-29 03:44:09.933439Z",
          "eventId=1619667849.938461.e517ba5e9e85f66a5bba81109ab4652e",
          "etag=e517ba5e9e85f66a5bba81109ab4652e",
        ],
      },
    ]);
  });

  test.for([
    ["aws:s3", "a b/c"],
    ["minio:s3", "a b/c"],
    ["rustfs:s3", "a b/c"],
    ["AWS:S3", "a b/c"],
    ["ceph:s3", "a+b%2Fc"],
    ["scality:s3", "a+b%2Fc"],
    ["sgws:s3", "a+b%2Fc"],
    ["ctyun:s3", "a+b%2Fc"],
    ["not-aws:s3", "a+b%2Fc"],
    [undefined, "a+b%2Fc"],
  ] as const)("records of the source %s have the name %s", ([eventSource, name]) => {
    const s3 = { bucket: { name: "b" }, object: { key: "a+b%2Fc" } };

    expect(read({ Records: [{ eventSource, s3 }] }).objects).toMatchObject([{ name }]);
  });

  test.for([
    ["an ETag", { eTag: "d41d8cd98f00b204e9800998ecf8427e" }],
    ["Ceph's ETag", { etag: "d41d8cd98f00b204e9800998ecf8427e" }],
    ["the version of a bucket without versions", { eTag: "d41d", versionId: "null" }],
    ["empty fields", { eTag: "d41d", versionId: "", sequencer: null }],
  ] as const)("records with %s alone have no identity parts", ([, identityParts]) => {
    const s3 = { bucket: { name: "b" }, object: { key: "k", ...identityParts } };

    expect(read({ Records: [{ eventSource: "aws:s3", s3 }] }).objects).toMatchObject([
      { identityParts: [] },
    ]);
  });

  test.for([
    ["2023-06-13 02:20:19.032936Z", "2023-06-13T02:20:19.032Z"],
    ["2023-06-13 11:20:19+09:00", "2023-06-13T02:20:19.000Z"],
    ["2023-06-13  02:20:19Z", undefined],
    ["2023-06-13 02:20:19", undefined],
  ] as const)("records with the time %s have the time %s", ([eventTime, time]) => {
    const s3 = { bucket: { name: "b" }, object: { key: "k" } };

    expect(read({ Records: [{ eventTime, s3 }] }).objects).toMatchObject([{ time }]);
  });

  test.for([
    ["aws:sqs", { messageId: "1", eventSource: "aws:sqs", body: "{}" }],
    ["aws:sns", { EventSource: "aws:sns", Sns: {} }],
    ["OBS", { eventSource: "OBS", obs: {} }],
    ["x???31m", { eventSource: "x\n\u001b[31m" }],
  ] as const)("refused records of %s name it", ([source, entry]) => {
    expect(read({ Records: [entry] }).unknown).toMatchObject([
      { refusal: { reason: `an entry of Records from ${source} names no bucket and object` } },
    ]);
  });

  test.for([
    ["AWS:s3", "com.amazonaws.s3.ObjectCreated:Put"],
    ["ceph:s3", "com.ceph.s3.ObjectCreated:Put"],
    ["oss", "s3.ObjectCreated:Put"],
    ["aws:s3.evil", "s3.ObjectCreated:Put"],
    ["evil.aws:s3", "s3.ObjectCreated:Put"],
    [undefined, "s3.ObjectCreated:Put"],
  ] as const)("records of the source %s have the type %s", ([eventSource, type]) => {
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
  ] as const)("an entry of %s is refused alone", ([, entry]) => {
    const good = { s3: { bucket: { name: "b" }, object: { key: "k" } } };

    const { objects, unknown } = read({ Records: [entry, good] });

    expect(objects).toMatchObject([{ name: "k" }]);
    expect(unknown).toMatchObject([{ source: "bucket", refusal: { code: "UNKNOWN_EVENT" } }]);
    expect(unknown[0]?.body()).toBe(JSON.stringify(entry));
  });
});
