import { parseCountedSize } from "../data-stream/produce/message-size.ts";
import type { EmulatorOptions, RunningEmulator } from "../data-stream/server.ts";
import { startEmulator } from "../data-stream/server.ts";
import { parseTopicListForm } from "../data-stream/topics/topic-list.ts";
import { readTopicSettings } from "../data-stream/topics/topic-settings.ts";
import type { ObjectStorageOptions } from "../object-storage/server.ts";
import { type RunningObjectStorage, startObjectStorage } from "../object-storage/server.ts";
import type { LocalSettings } from "./local-settings.ts";
import { toStartFailure } from "./start-failure.ts";

type Settings = LocalSettings["settings"];
type Given = Omit<EmulatorOptions, "topics" | "countedSize" | "topicList" | "accessKeys">;

/** Starts the emulator of Data Stream with the topics and the key pair of the settings. */
export async function startDataStream(
  { topics, settings }: LocalSettings,
  given: Given,
): Promise<RunningEmulator> {
  try {
    return await startEmulator({
      ...given,
      accessKeys: accessKeysOf(settings),
      topics: readTopicSettings(topics),
      countedSize: parseCountedSize(process.env["STANDIN_SIZE"]),
      topicList: parseTopicListForm(process.env["STANDIN_TOPIC_LIST"]),
    });
  } catch (error) {
    throw toStartFailure(error, given.port);
  }
}

/** Starts the emulator of Object Storage with the buckets, the region and the key pair of the settings. */
export function startBuckets(
  { settings }: LocalSettings,
  given: Required<Pick<ObjectStorageOptions, "port" | "onEvent">>,
): Promise<RunningObjectStorage> {
  return startObjectStorage({
    ...given,
    buckets: bucketsOf(settings),
    region: settings["OBJECT_STORAGE_REGION"] ?? "",
    accessKeys: accessKeysOf(settings),
  });
}

export function accessKeysOf(settings: Settings): Readonly<Record<string, string>> {
  return { [settings["NCLOUD_ACCESS_KEY"] ?? ""]: settings["NCLOUD_SECRET_KEY"] ?? "" };
}

function bucketsOf(settings: Settings): readonly string[] {
  const { DEAD_LETTER_BUCKET: letters = "", CLAIM_CHECK_BUCKET: claims = "" } = settings;
  return ["local-uploads", letters, claims].filter((name) => name !== "");
}
