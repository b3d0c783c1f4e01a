/** Bounds the number of tasks at once. The waiting task with the highest priority goes first. */
export class PrioritySemaphore {
  private free: number;
  /** Waiting tasks by priority. */
  private readonly waiting = new Map<number, (() => void)[]>();
  private highest = 0;
  private readonly takeNext: "pop" | "shift";

  /** `takeNext`: among equal priorities the newest (`pop`) or the oldest (`shift`) goes first. */
  constructor(count: number, takeNext: "pop" | "shift" = "pop") {
    this.free = count;
    this.takeNext = takeNext;
  }

  /** Waits for a slot; undefined if one is free. The priority is a whole number from 1. */
  acquire(priority: number): Promise<void> | undefined {
    if (this.free > 0) {
      this.free -= 1;
      return undefined;
    }
    return new Promise<void>((resolve) => {
      const equals = this.waiting.get(priority) ?? [];
      equals.push(resolve);
      this.waiting.set(priority, equals);
      this.highest = Math.max(this.highest, priority);
    });
  }

  release(): void {
    const next = this.waiting.get(this.highest)?.[this.takeNext]();
    while (this.highest > 0 && !this.waiting.get(this.highest)?.length) {
      this.waiting.delete(this.highest);
      this.highest -= 1;
    }
    if (next === undefined) {
      this.free += 1;
    } else {
      next();
    }
  }

  /** Releases the caller's slot to waiting tasks of higher priority and waits for it again; undefined without such tasks. */
  yieldTo(priority: number): Promise<void> | undefined {
    if (this.highest <= priority) {
      return undefined;
    }
    const again = this.acquire(priority);
    this.release();
    return again;
  }
}
