import { type FSWatcher, statSync, watch } from "node:fs";

/** Editors write a file several times. A change is acted on when nothing has changed for this long. */
const quietMs = 150;
/** Changes that never pause are acted on after this long. */
const waitMsMax = 2_000;
/** A folder that is made later, or replaced as another branch does it, is found within this time. */
const lookMs = 1_000;

/**
 * Calls `onChange` after the files of these folders have changed. A call that still runs is followed by one more if
 * something changes meanwhile, and by no second one. A folder that is not there yet is watched as soon as it is. A call that
 * fails, and a folder that cannot be watched, are reported: neither ends the process. Returns the end of the watch.
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
  const watches = folders.map((folder) => watchFolder(folder, onEvent, report));
  const looking = setInterval(() => {
    for (const { look } of watches) {
      if (look()) {
        onEvent();
      }
    }
  }, lookMs);
  return {
    stop() {
      clearTimeout(timer);
      clearInterval(looking);
      for (const { close } of watches) {
        close();
      }
    },
  };
}

type FolderWatch = {
  /** Watches the folder anew if another one has its name. Returns true if one has come. */
  readonly look: () => boolean;
  readonly close: () => void;
};

/** Watches one folder. A watch is of a folder, not of its name, so that it sees nothing of one that is made anew. */
function watchFolder(
  folder: string,
  onEvent: () => void,
  report: (line: string) => void,
): FolderWatch {
  let watcher: FSWatcher | undefined;
  let seen: string | undefined;
  let reported = "";
  const onError = (error: unknown) => {
    const line = `${folder} is not watched: ${error}`;
    if (line !== reported) {
      reported = line;
      report(line);
    }
  };
  const look = (): boolean => {
    const found = identityOf(folder);
    if (found === seen) {
      return false;
    }
    seen = found;
    watcher?.close();
    watcher = undefined;
    if (found !== undefined) {
      watcher = watch(folder, { recursive: true }, onEvent).on("error", onError);
    }
    return found !== undefined;
  };
  const lookSafely = () => {
    try {
      return look();
    } catch (error) {
      onError(error);
      return false;
    }
  };
  lookSafely();
  return { look: lookSafely, close: () => watcher?.close() };
}

/** The number of a folder that was removed is given to a new one. */
function identityOf(folder: string): string | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat && `${stat.ino}@${stat.birthtimeMs}`;
}
