// The package `datastream-relay`: functions that put events onto a Data Stream topic, and the adapters to platforms.

export type { LambdaHandler } from "../lib/adapters/aws-lambda.ts";
export type { EntryPoints } from "../lib/adapters/every-platform.ts";
export type { FetchHandler } from "../lib/adapters/fetch.ts";
export type { OpenWhiskMain } from "../lib/adapters/openwhisk.ts";
export { systemEffects } from "../lib/adapters/system-effects.ts";
export { webEffects } from "../lib/adapters/web-effects.ts";
export type { Effects } from "../lib/effects/effects.ts";
export type {
  HttpRequest,
  HttpResponse,
  NoResponse,
  ReceivedResponse,
  Transport,
} from "../lib/effects/transport.ts";
export type { UnknownObject } from "../lib/encoding/unknown-object.ts";
export type { Handler } from "../lib/function/create-handler.ts";
export type {
  Call,
  Headers,
  HttpBody,
  HttpEvent,
  InvocationEvent,
  TriggerEvent,
} from "../lib/model/call.ts";
export type {
  CloudEventAttributes,
  CloudEventData,
  EventParts,
} from "../lib/model/cloud-event.ts";
export type {
  BatchItem,
  DefaultTopic,
  FindBatchItemFailures,
  FunctionDefinition,
  Mapping,
  RecordDraft,
  RefusedBody,
  Target,
  Trigger,
  TriggerContext,
  WholeDelivery,
} from "../lib/model/function-definition.ts";
export type { Content } from "../lib/model/record.ts";
export type {
  CallResult,
  ChallengeResponse,
  Counts,
  Ending,
  Fault,
  FaultCode,
  Outage,
  OutageCode,
  RecordResult,
  Refusal,
  RefusalCode,
  ReplyForm,
} from "../lib/model/result.ts";
export type { ParseResult, Problem, Settings } from "../lib/model/settings.ts";
export type { Registration, Schedule, TriggerKind } from "../lib/registry/register.ts";
export { type BucketConfig, bucket } from "../lib/triggers/bucket.ts";
export type { EventConfig } from "../lib/triggers/event/settings.ts";
export type { EventOptions } from "../lib/triggers/event.ts";
export { type HeartbeatConfig, heartbeat } from "../lib/triggers/heartbeat.ts";
export type { Schemas, StandardSchema } from "../lib/triggers/schemas.ts";
export type { WebhookOptions } from "../lib/triggers/webhook.ts";
export type { Sources } from "../lib/webhooks/sources/sources.ts";
export {
  event,
  onEveryPlatform,
  onFetch,
  onLambda,
  onOpenWhisk,
  redrive,
  relay,
  webhook,
} from "./functions/checked-use.ts";
