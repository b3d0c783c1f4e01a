import { startCron } from "../../functions/host/cron.ts";
import { createEventQueue } from "../../functions/host/event-queue.ts";
import { type JsonObject, type Resources, type StoredTrigger, triggersIn } from "../resources.ts";

export type DeployedTriggersOptions = {
  readonly timezone: string;
  /** Runs the actions that are linked with a trigger. */
  readonly fire: (trigger: string, event: JsonObject) => Promise<unknown>;
  readonly report: (line: string) => void;
};

type Clock = { readonly expression: string; readonly stop: () => void };
type Fired = { readonly trigger: string; readonly event: JsonObject };

export type DeployedTriggers = {
  /** Follows the schedules and buckets that are deployed now. */
  readonly update: (resources: Resources) => void;
  /** Fires every trigger with a link to the bucket. Event rules are the console's: each of them fits every event here. */
  readonly bucketEvent: (bucket: string, event: JsonObject) => void;
  readonly close: () => void;
};

/** Fires deployed triggers: by cron, and by events of buckets. All others are fired by hand. */
export function createDeployedTriggers(options: DeployedTriggersOptions): DeployedTriggers {
  const { timezone, fire, report } = options;
  const clocks = new Map<string, Clock>();
  const queues = new Map<string, ReturnType<typeof createEventQueue<Fired>>>();
  let linked: readonly StoredTrigger[] = [];
  const start = (trigger: string, expression: string): Clock => {
    try {
      const onTick = () => fire(trigger, {});
      const told = (line: string) => report(`${trigger}: ${line}`);
      return { expression, ...startCron(expression, { timezone, onTick, report: told }) };
    } catch {
      report(
        `${trigger}: ${expression} cannot be followed here, so the trigger never fires by itself`,
      );
      return { expression, stop: () => undefined };
    }
  };
  const stopClocks = (isLeft: (trigger: string) => boolean): void => {
    for (const [trigger, clock] of [...clocks].filter(([trigger]) => !isLeft(trigger))) {
      clock.stop();
      clocks.delete(trigger);
    }
  };
  const queueOf = (trigger: string) => {
    const queue =
      queues.get(trigger) ??
      createEventQueue<Fired>({
        deliver: (fired) => fire(fired.trigger, fired.event),
        report: (line) => report(`${trigger}: ${line}`),
      });
    queues.set(trigger, queue);
    return queue;
  };
  const dropQueues = (isLeft: (trigger: string) => boolean): void => {
    for (const [trigger, queue] of [...queues].filter(([trigger]) => !isLeft(trigger))) {
      queue.clear();
      queues.delete(trigger);
    }
  };
  return {
    update(resources) {
      linked = triggersIn(resources).filter(({ actions }) => actions.length > 0);
      const schedules = linked.filter(({ type }) => type === "cron");
      const expressions = new Map(schedules.map(({ name, cronOption }) => [name, cronOption]));
      stopClocks((trigger) => expressions.get(trigger) === clocks.get(trigger)?.expression);
      for (const [trigger, expression] of expressions) {
        clocks.set(trigger, clocks.get(trigger) ?? start(trigger, expression));
      }
      dropQueues((trigger) => linked.some(({ name }) => name === trigger));
    },
    bucketEvent(bucket, event) {
      const isOfBucket = (link: JsonObject) => link["bucketName"] === bucket;
      for (const { name } of linked.filter((one) => one.objectStorageLink.some(isOfBucket))) {
        queueOf(name).add({ trigger: name, event });
      }
    },
    close() {
      stopClocks(() => false);
      dropQueues(() => false);
    },
  };
}
