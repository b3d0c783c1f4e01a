import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Delivery } from "../../deliveries/delivery.ts";
import { headerText } from "../produce/gateway-request.ts";
import type { RecordLog, TopicRecord } from "../storage/record-log.ts";
import type { RequestEntry } from "./request-log.ts";

export type Events = ReturnType<typeof createEvents>;

type Client = {
  readonly response: ServerResponse;
  /** The cursor of the newest record that was written to this client. */
  cursor: number;
  /** False while older records are still being written, as fast as the client reads them. */
  live: boolean;
};

const clientsMax = 32;
/**
 * A client with more unread bytes than this is dropped. EventSource reconnects by itself and resumes from its
 * cursor.
 */
const bufferedBytesMax = 8 * 1024 * 1024;
const heartbeatMsDefault = 15_000;
const reconnectMs = 1000;

export function createEvents(records: RecordLog, heartbeatMs = heartbeatMsDefault) {
  const clients = new Set<Client>();
  const faults = { on: false };
  const heartbeat = setInterval(() => beat(clients), heartbeatMs).unref();
  const send = (event: string, data: unknown): void => {
    let text: string | undefined;
    for (const client of clients) {
      if (client.live) {
        text ??= toEvent(event, data);
        client.response.write(text);
        dropIfSlow(client);
      }
    }
  };
  return {
    isFull: (): boolean => clients.size >= clientsMax,
    join(response: ServerResponse, headers: IncomingHttpHeaders): void {
      const client = { response, cursor: resumeCursor(headers, records), live: false };
      clients.add(client);
      response.on("close", () => clients.delete(client));
      response.write(`retry: ${reconnectMs}\n\n${toEvent("faults", faults)}`);
      replay(client, records);
    },
    /**
     * Sends a record to the clients, in the order of the log. A client that joins now reads earlier records from
     * the log, so it gets each record once.
     */
    record(record: TopicRecord): void {
      for (const client of clients) {
        if (client.live) {
          writeRecord(client, record);
          dropIfSlow(client);
        }
      }
    },
    request: (entry: RequestEntry): void => send("request", entry),
    /** Sends a finished call of a function, after the records that it left. */
    delivery: (delivery: Delivery): void => send("delivery", delivery),
    /**
     * Tells every client whether faults are on. The state is the present one, so it also goes to clients that still
     * read older records.
     */
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

/**
 * Returns the cursor to resume after. A cursor ahead of the log's is from before a restart, so every record is new
 * to that client.
 */
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

/** Writes one event of the stream. JSON escapes line ends, so the data is one line, whatever a key or value holds. */
function toEvent(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function dropIfSlow(client: Client): void {
  if (client.response.writableLength > bufferedBytesMax) {
    client.response.destroy();
  }
}

/**
 * Keeps connections alive. A client that has not drained by the next heartbeat is dropped, so that others can have
 * its place.
 */
function beat(clients: ReadonlySet<Client>): void {
  for (const { response } of clients) {
    if (response.writableNeedDrain) {
      response.destroy();
    } else {
      response.write(": still here\n\n");
    }
  }
}
