const hiddenMs = 250;

/** Runs once a frame, however often it is asked to. A hidden page has no frames, so a timer runs it. */
export function onNextFrame(run: () => void): () => void {
  let isPending = false;
  const runOnce = () => {
    isPending = false;
    run();
  };
  return () => {
    if (isPending) {
      return;
    }
    isPending = true;
    if (document.hidden) {
      setTimeout(runOnce, hiddenMs);
    } else {
      requestAnimationFrame(runOnce);
    }
  };
}
