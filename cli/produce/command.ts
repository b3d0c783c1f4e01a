import { relative } from "node:path";
import type { Effects } from "../../lib/effects/effects.ts";
import type { StreamRecord } from "../../lib/model/record.ts";
import { collect, createCommand, runCommand, toHelpEnd } from "../shared/command-line.ts";
import { commandText } from "../shared/command-text.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import { projectRoot, samplesFile } from "../shared/roots.ts";
import { findMisspeltVariables } from "../shared/settings-source.ts";
import type { Terminal } from "../shared/terminal.ts";
import { UsageError } from "../shared/usage-error.ts";
import { checkMany, checkOne } from "./dry-run.ts";
import { openInput, readAll } from "./input/input.ts";
import { decode, toRecord } from "./input/message.ts";
import {
  checkOptions,
  type ProduceOptions,
  parseOffset,
  parsePartition,
  toConfig,
} from "./options.ts";
import { type ProduceCommandContext, produceMany } from "./produce-many.ts";
import { produceOne } from "./produce-one.ts";

/** The largest value that a claim check allows. Without a claim check the limit of a message applies. */
const valueBytesMax = 64 * 1024 * 1024;

export function runProduce(
  argv: readonly string[],
  terminal: Terminal,
  effects: Effects,
): Promise<ExitCode> {
  const work = async (options: ProduceOptions): Promise<ExitCode> => {
    checkOptions(options);
    const config = toConfig(options, terminal);
    warnAboutVariables(terminal);
    const context = { options, argv, config, effects, terminal };
    return options.ndjson === undefined ? workOnOne(context) : workOnMany(options.ndjson, context);
  };
  return runCommand(createProduceCommand(terminal), work, { argv, terminal });
}

async function workOnOne({
  options,
  config,
  effects,
  terminal,
}: ProduceCommandContext): Promise<ExitCode> {
  const { key = "", partition, dryRun, json: isJson = false } = options;
  const value = await readValue(options, terminal);
  const record = toRecord({ topic: undefined, key, value, partition }, config, effects.newId());
  if (!record.ok) {
    throw new UsageError(record.problem);
  }
  warnAboutOrder(record.value, terminal);
  return dryRun === true
    ? checkOne(record.value, { config, effects, terminal, isJson })
    : produceOne(record.value, { config, effects, terminal, isJson });
}

/** Reads the bytes of a file or a pipe unchanged: a byte order mark and the last line end are kept. */
async function readValue(
  { value, valueFile = "-" }: ProduceOptions,
  terminal: Terminal,
): Promise<string> {
  if (value !== undefined) {
    return value;
  }
  const text = decode(await readAll(await openInput(valueFile, terminal), valueBytesMax), true);
  if (!text.ok) {
    throw new UsageError(`the value: ${text.problem}`);
  }
  if (text.value === "") {
    // Without --value a job that has no input would produce it unnoticed.
    const from = valueFile === "-" ? "standard input" : valueFile;
    terminal.writeError(`warning: ${from} is empty, and so is the value\n`);
  }
  return text.value;
}

async function workOnMany(file: string, context: ProduceCommandContext): Promise<ExitCode> {
  const input = await openInput(file, context.terminal);
  return context.options.dryRun === true ? checkMany(input, context) : produceMany(input, context);
}

function warnAboutVariables({ environment, writeError }: Terminal): void {
  for (const { setting, text } of findMisspeltVariables(environment)) {
    writeError(`warning: the variable ${setting} ${text}\n`);
  }
}

function warnAboutOrder({ partition, topic }: StreamRecord, terminal: Terminal): void {
  if (partition === undefined) {
    const cure = "set DATASTREAM_PARTITIONS, or give --partition";
    terminal.writeError(`warning: ${topic}: the partition will be a random one: ${cure}\n`);
  }
}

function createProduceCommand(terminal: Terminal) {
  return createCommand("produce", terminal)
    .description("Produces messages by the client that the functions have.")
    .option(
      "--settings <file>",
      "file of NAME=value lines, before the environment (repeatable)",
      collect,
    )
    .option("--topic <name>", "full topic name (default: DATASTREAM_TOPIC)")
    .option("--key <text>", "message key; with --ndjson, of the lines that have none")
    .option("--value <text>", "message value; without it, standard input as it is")
    .option("--value-file <file>", "file with the message value")
    .option(
      "--partition <number>",
      "partition (default: from the key, by DATASTREAM_PARTITIONS)",
      parsePartition,
    )
    .option(
      "--ndjson <file>",
      'many messages, "-" for standard input; a line: {"key","value","topic"?,"partition"?}',
    )
    .option("--json-values", "values are any JSON, sent as the text that stands in the line")
    .option(
      "--from-offset <bytes>",
      "begin at this byte of the input, the beginning of a line",
      parseOffset,
    )
    .option("--checkpoint <file>", "keep the offset in this file, and begin from it")
    .option("--dry-run", "send nothing: show the signed request, with key and signature shortened")
    .option("--json", "print one JSON object")
    .addHelpText("after", toHelpEnd(codes, examples));
}

const codes = [
  "0  every message was acknowledged",
  "1  a message was refused or not delivered, or the input is wrong: the output says from where to go on",
  "2  the command was not understood, or a setting is wrong: nothing was sent",
];

const samplesPath = relative(projectRoot(), samplesFile);

const examples = [
  commandText("produce", `--settings ${samplesPath} --key k --value v`),
  `printf v | ${commandText("produce", "--topic t --key k")}`,
  commandText("produce", "--ndjson events.ndjson --checkpoint events.offset"),
  commandText("produce", "--key k --value v --dry-run --json", { isSilent: true }),
];
