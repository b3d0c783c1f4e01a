// Replaces the parts of node:https that the function written by hand uses.
import { acknowledgement, take } from "./answers.mjs";

const answerBytes = Buffer.from(acknowledgement);

export class Agent {}

export function request(_url, { headers }, onAnswer) {
  const listeners = {};
  const answer = {
    statusCode: 200,
    on: (name, listener) => {
      listeners[name] = listener;
    },
  };
  return {
    on: () => undefined,
    end: (body) => {
      take(headers, body);
      queueMicrotask(() => {
        onAnswer(answer);
        listeners.data(answerBytes);
        listeners.end();
      });
    },
  };
}
