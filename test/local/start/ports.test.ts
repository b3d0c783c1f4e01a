import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { findPortProblem } from "../../../local/http/ports.ts";
import { readPorts, toText } from "../../../local/start/ports.ts";

test("a variable that is empty is as if it were not set", () => {
  vi.stubEnv("STANDIN_PORT", "");

  expect(readPorts(["STANDIN_PORT"])).toEqual({ STANDIN_PORT: 4010 });
});

test.each(["0", "65536", "-1", "4010.5", "0x10", "1e3", "four", " "])(
  "a variable with the value %j is no port",
  (text) => {
    vi.stubEnv("HTTP_PORT", text);

    expect(() => readPorts(["HTTP_PORT"])).toThrow("HTTP_PORT must be a port from 1 to 65535");
  },
);

test("two variables with the same port are named", () => {
  vi.stubEnv("OBJECT_STORAGE_PORT", "4010");

  expect(() => readPorts(["STANDIN_PORT", "OBJECT_STORAGE_PORT", "HTTP_PORT"])).toThrow(
    "STANDIN_PORT and OBJECT_STORAGE_PORT are both 4010: set one of them to another",
  );
});

test("a port in use is found, with its variable", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  expect(await findPortProblem({ HTTP_PORT: port })).toEqual({
    ...{ name: "HTTP_PORT", port, code: "EADDRINUSE" },
  });
});

test("a port that is reserved is not told to be in use", () => {
  expect(toText({ name: "HTTP_PORT", port: 80, code: "EACCES" })).toBe(
    "Port 80 cannot be used (EACCES): set HTTP_PORT to another",
  );
});
