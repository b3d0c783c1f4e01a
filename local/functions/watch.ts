import { type FSWatcher, watch } from "node:fs";

/** Editors write a file several times. A change is acted on when nothing has changed for this long. */
const quietMs = 150;
/** Changes that never pause are acted on after this long. */
const waitMsMax = 2_000;

/**
 * Calls `onChange` after the files of these folders have changed. A call that still runs is followed by one more if
 * something changes meanwhile, and by no second one. A call that fails, and a folder that cannot be watched, are reported:
 * neither ends the process. Returns the end of the watch.
 */
export function watchFolders(
  folders: readonly string[],
  onChange: () => Promise<void>,
  report: (line: string) => void,
): { readonly stop: () => void } {
  const state = { isRunning: false, isChanged: false, firstMs: 0 };
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    if (state.isRunning) {
      return;
    }
    state.isRunning = true;
    while (state.isChanged) {
      state.isChanged = false;
      await onChange().catch((error: unknown) => report(`the change failed: ${error}`));
    }
    state.isRunning = false;
  };
  const onEvent = (): void => {
    const nowMs = performance.now();
    if (!state.isChanged) {
      state.isChanged = true;
      state.firstMs = nowMs;
    }
    clearTimeout(timer);
    const leftMs = Math.max(0, state.firstMs + waitMsMax - nowMs);
    timer = setTimeout(() => void run(), Math.min(quietMs, leftMs));
  };
  const watchers: readonly FSWatcher[] = folders.flatMap((folder) => {
    const onError = (error: unknown) => report(`${folder} is not watched: ${error}`);
    try {
      return [watch(folder, { recursive: true }, onEvent).on("error", onError)];
    } catch (error) {
      onError(error);
      return [];
    }
  });
  return {
    stop() {
      clearTimeout(timer);
      for (const watcher of watchers) {
        watcher.close();
      }
    },
  };
}
