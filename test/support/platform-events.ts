import type { Bag } from "./settings.ts";

/**
 * Events as the platforms' documents show them (all read 2026-11-30):
 * - https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * - https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 * - https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
 */

export const sqsMessage = {
  messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
  receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
  body: "Test message.",
  attributes: {
    ApproximateReceiveCount: "1",
    SentTimestamp: "1545082649183",
    SenderId: "AIDAIENQZJOLO23YVJ4VO",
    ApproximateFirstReceiveTimestamp: "1545082649185",
  },
  messageAttributes: {},
  md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:us-east-2:123456789012:my-queue",
  awsRegion: "us-east-2",
} as const;

export const fifoMessage = {
  ...sqsMessage,
  messageId: "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5",
  attributes: {
    ApproximateReceiveCount: "1",
    SentTimestamp: "1573251510774",
    SequenceNumber: "18849496460467696128",
    MessageGroupId: "1",
    SenderId: "AIDAIO23YVJENQZJOL4VO",
    MessageDeduplicationId: "1",
    ApproximateFirstReceiveTimestamp: "1573251510774",
  },
  eventSourceARN: "arn:aws:sqs:us-east-2:123456789012:fifo.fifo",
} as const;

export const snsRecord = {
  EventVersion: "1.0",
  EventSubscriptionArn: "arn:aws:sns:us-east-1:123456789012:sns-lambda:21be56ed-a058-49f5-8c98",
  EventSource: "aws:sns",
  Sns: {
    SignatureVersion: "1",
    Timestamp: "2019-01-02T12:45:07.000Z",
    Signature: "tcc6faL2yUC6dgZdmrwh1Y4cGa/ebXEkAi6RibDsvpi+tE/1+82j...65r==",
    SigningCertUrl: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem",
    MessageId: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
    Message: "Hello from SNS!",
    MessageAttributes: { Test: { Type: "String", Value: "TestString" } },
    Type: "Notification",
    UnsubscribeUrl: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    TopicArn: "arn:aws:sns:us-east-1:123456789012:sns-lambda",
    Subject: "TestInvoke",
  },
} as const;

export const ec2Event = {
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "111122223333",
  time: "2017-12-22T18:43:48Z",
  region: "us-west-1",
  resources: ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
  detail: { "instance-id": "i-1234567890abcdef0", state: "terminated" },
} as const;

export function sqsEvent(...messages: readonly Bag[]): Bag {
  return { Records: messages.map((message) => ({ ...sqsMessage, ...message })) };
}

/** Makes the messages of FIFO groups, written `id@group`. */
export function fifoEvent(...messages: readonly string[]): Bag {
  const records = messages.map((message) => {
    const [messageId, MessageGroupId] = message.split("@");
    const attributes = { ...fifoMessage.attributes, MessageGroupId };
    return { ...fifoMessage, messageId, body: JSON.stringify({ messageId }), attributes };
  });
  return { Records: records };
}
