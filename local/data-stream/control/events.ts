import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { headerText } from "../produce/gateway-request.ts";
import type { RecordLog, TopicRecord } from "../storage/record-log.ts";
import type { RequestEntry } from "./request-log.ts";

export type Events = ReturnType<typeof createEvents>;

type Client = {
  readonly response: ServerResponse;
  /** The newest record written to this client. */
  cursor: number;
  /** False while older records are still being written, as fast as the client reads. */
  live: boolean;
};

const clientsMax = 32;
/** A client that lets more than this pile up is dropped; EventSource comes back and resumes by its cursor. */
const bufferedBytesMax = 8 * 1024 * 1024;
const heartbeatMsDefault = 15_000;
const reconnectMs = 1000;

export function createEvents(records: RecordLog, heartbeatMs = heartbeatMsDefault) {
  const clients = new Set<Client>();
  const faults = { on: false };
  const heartbeat = setInterval(() => beat(clients), heartbeatMs).unref();
  return {
    isFull: (): boolean => clients.size >= clientsMax,
    join(response: ServerResponse, headers: IncomingHttpHeaders): void {
      const client = { response, cursor: resumeCursor(headers, records), live: false };
      clients.add(client);
      response.on("close", () => clients.delete(client));
      response.write(`retry: ${reconnectMs}\n\n${toEvent("faults", faults)}`);
      replay(client, records);
    },
    /** Told as a record comes into the log, in the log's order: a client that joins now reads it there, and once. */
    record(record: TopicRecord): void {
      for (const client of liveClients(clients)) {
        writeRecord(client, record);
        dropIfSlow(client);
      }
    },
    request(entry: RequestEntry): void {
      for (const client of liveClients(clients)) {
        client.response.write(toEvent("request", entry));
        dropIfSlow(client);
      }
    },
    /** Told to every client at once, also to one that still reads what was: it tells the present. */
    faults(on: boolean): void {
      faults.on = on;
      for (const client of clients) {
        client.response.write(toEvent("faults", faults));
        dropIfSlow(client);
      }
    },
    close(): void {
      clearInterval(heartbeat);
      for (const client of clients) {
        client.response.destroy();
      }
    },
  };
}

/** A cursor ahead of ours is from before a restart: everything kept is news to that client. */
function resumeCursor(headers: IncomingHttpHeaders, records: RecordLog): number {
  const newest = records.newestCursor();
  const text = headerText(headers, "last-event-id");
  if (!/^\d{1,16}$/.test(text)) {
    return newest;
  }
  return Number(text) > newest ? 0 : Number(text);
}

function replay(client: Client, records: RecordLog): void {
  for (const record of records.after(client.cursor)) {
    writeRecord(client, record);
    if (client.response.writableNeedDrain) {
      client.response.once("drain", () => replay(client, records));
      return;
    }
  }
  client.live = true;
}

function writeRecord(client: Client, record: TopicRecord): void {
  client.response.write(`id: ${record.cursor}\n${toEvent("record", record)}`);
  client.cursor = record.cursor;
}

/** JSON escapes line ends, so the data is one line, whatever is in a key or value. */
function toEvent(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function liveClients(clients: ReadonlySet<Client>): readonly Client[] {
  return [...clients].filter((client) => client.live);
}

function dropIfSlow(client: Client): void {
  if (client.response.writableLength > bufferedBytesMax) {
    client.response.destroy();
  }
}

/** A client that has not drained by the next beat holds a place that others could have. */
function beat(clients: ReadonlySet<Client>): void {
  for (const { response } of clients) {
    if (response.writableNeedDrain) {
      response.destroy();
    } else {
      response.write(": still here\n\n");
    }
  }
}
