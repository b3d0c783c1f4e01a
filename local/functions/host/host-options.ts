import type { FunctionCall, FunctionReply, FunctionRequest } from "./function-call.ts";

/** The code of a function: one file, whose text is evaluated, or the folder of an unpacked zip, which is required. */
export type FunctionCode =
  | { readonly kind: "source"; readonly code: string }
  | { readonly kind: "folder"; readonly path: string };

/** The cause of calls of a function, beside a call by hand. */
export type FunctionTriggers = {
  /** It takes raw HTTP: `/webhook/<source>` leads to the function `webhook`. */
  readonly http?: boolean;
  /** It is called with the events of every bucket, or with those of the buckets named. */
  readonly objectStorage?: true | readonly string[];
  /** Cron expressions of five fields. */
  readonly cron?: readonly string[];
};

export type HostedFunction = {
  readonly code: FunctionCode;
  /** Bound parameters: the settings, as text. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly triggers: FunctionTriggers;
  readonly timeoutMs?: number;
  /** False gives a function of HTTP parsed parameters, as a web action without raw HTTP gets them. */
  readonly rawHttp?: boolean;
  /** The memory of a process. Without it the process has that of Node.js. */
  readonly memoryMb?: number;
};

/** One request to Data Stream that a function made. */
export type ProducedRequest = {
  /** The id of the emulator's request log. */
  readonly id: string;
  /** The record that the request left, such as `local-events/0/3`. */
  readonly cursor?: string;
};

/** An address of the Data Stream emulator for one process, so that its requests are known to be its own. */
export type ProcessEndpoint = {
  readonly origin: string;
  /** Returns the requests since it was called last. */
  readonly takeRequests: () => readonly ProducedRequest[];
  readonly close: () => Promise<void>;
};

export type HostOptions = {
  /** 0 takes a free port. The host is always 127.0.0.1. */
  readonly port: number;
  readonly functions: Readonly<Record<string, HostedFunction>>;
  /** Names beside localhost that `/webhook/<source>` takes as Host. */
  readonly allowedHosts?: readonly string[];
  /** Opens the address that a process gets as DATASTREAM_ENDPOINT. Without it the bound parameter stays. */
  readonly openEndpoint?: () => Promise<ProcessEndpoint>;
  /** Parameters that win over those of an event, such as the address of the local Object Storage. */
  readonly fixedParameters?: Readonly<Record<string, unknown>>;
  /** The zone of cron expressions. The default is Asia/Seoul, as observed of NAVER Cloud in Korea. */
  readonly timezone?: string;
  readonly onCall: (call: FunctionCall) => void;
  /** Takes a line about the host itself: a function that does not load, an event that was dropped. */
  readonly report: (line: string) => void;
  readonly now?: () => number;
};

export type Host = {
  readonly origin: string;
  readonly port: number;
  /** Calls a function with an event, as a trigger or a person does. Resolves when the call has finished. */
  readonly call: (
    name: string,
    event: unknown,
    trigger?: FunctionCall["trigger"],
  ) => Promise<FunctionCall | undefined>;
  /** Calls a function of HTTP. `path` is the path after the function's name, such as `/github`. */
  readonly callHttp: (
    name: string,
    path: string,
    request: FunctionRequest,
  ) => Promise<FunctionReply>;
  /** Replaces a function, or adds one; undefined puts back the one that was built. Calls that run end first. */
  readonly replaceFunction: (
    name: string,
    replacement: HostedFunction | undefined,
  ) => Promise<void>;
  /**
   * Takes a function that was built anew; undefined for one whose file is gone. A replacement stays in its place, and the new
   * one is what comes back.
   */
  readonly rebuildFunction: (name: string, hosted: HostedFunction | undefined) => Promise<void>;
  /** The functions that run now. */
  readonly functions: () => Readonly<Record<string, HostedFunction>>;
  /** Calls every function that the events of this bucket trigger, one event after another. */
  readonly bucketEvent: (bucket: string, event: unknown) => void;
  readonly stop: () => Promise<void>;
};
