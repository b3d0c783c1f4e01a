/** How often the parent is compared, in milliseconds. */
const checkMs = 1_000;
/** Read when the process starts: a parent that ended since has been replaced by another one. */
const firstParent = process.ppid;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Calls `end` once npm, which started this process, has gone. A killed npm tells nobody, and the ports would stay
 * taken. npm's shell is replaced by the single command of the script, so npm itself is the parent, and a process that
 * loses its parent is given another one. On Windows it is not, and nothing is noticed there. A process that somebody
 * else started is left alone: a shell may put it into the background and end.
 */
export function endWithNpm(
  environment: Environment,
  end: () => void,
  parent = () => process.ppid,
): void {
  const script = environment["npm_lifecycle_script"] ?? "";
  // A terminal that another project's `npm start` has opened inherits both variables.
  if (environment["npm_lifecycle_event"] !== "start" || !script.includes("local/start.ts")) {
    return;
  }
  const timer = setInterval(() => {
    if (parent() !== firstParent) {
      clearInterval(timer);
      end();
    }
  }, checkMs).unref();
}
